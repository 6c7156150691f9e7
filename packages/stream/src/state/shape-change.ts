import type { Json } from '@heddle/core'
import { changed } from './changed.ts'

/** What differs between the settings of two steps of a kind, as people write them in a plan: `size 1h → 2h`. */
export function shapeChange(kind: string, before: Json | undefined, after: Json | undefined): string {
  // Only of numbers that differ a text is made, which needs no quotes.
  return changed(written(kind, before), written(kind, after)).replaceAll(/"(\d+(?:ms|[smhd]))"/g, '$1')
}

/** Settings of a window that are milliseconds: `every` is of those with a size only, else it counts records. */
const spans = new Set(['size', 'every', 'offset', 'sliding', 'session'])

function written(kind: string, shape: Json | undefined): Json | undefined {
  if (typeof shape !== 'object' || shape === null || Array.isArray(shape)) return shape
  const settings = shape as { readonly [name: string]: Json }
  const isSpan = (name: string) =>
    name.endsWith('Ms') || (kind === 'window' && spans.has(name) && (name !== 'every' || 'size' in settings))
  // Windows one after the other begin as often as they are long.
  const all = Object.entries(settings).filter(([name, value]) => name !== 'every' || value !== settings.size)
  return Object.fromEntries(
    all.map(([name, value]) =>
      isSpan(name) && typeof value === 'number' ? [name.replace(/Ms$/, ''), spanText(value)] : [name, value],
    ),
  )
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const

/** A span as it is written in plans, in the largest unit of which it is a whole number. */
function spanText(ms: number): string {
  const [unit, length] = units.find(([, one]) => ms !== 0 && ms % one === 0) ?? ['ms', 1]
  return `${ms / length}${unit}`
}
