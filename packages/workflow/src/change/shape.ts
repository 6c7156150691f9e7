import type { KeptOutcome } from '@heddle/core'
import { partsOf } from '../body/earlier-keys.ts'
import type { Entry } from '../run/run.ts'

/**
 * What the journals of runs that have gone the same way have in common: which steps they have recorded, whatever elements
 * and rounds they belong to and in whatever order branches have ended.
 */
export function shapeOf(entries: readonly Entry[]): string {
  const lines = new Set(
    entries.map(({ key, kind, command = '', value }) => `${kind} ${placeOf(key)} ${command}${isFailure(kind, value)}`),
  )
  return [...lines].sort().join('\n')
}

/** A key without the names of elements and the numbers of rounds: `orders[*]/charge`. */
export const placeOf = (key: string): string =>
  partsOf(key)
    .map((part) => (part.includes('[') ? `${part.slice(0, part.indexOf('['))}[*]` : part))
    .join('/')

const isFailure = (kind: Entry['kind'], value: unknown): string => {
  if (kind !== 'step' && kind !== 'child') return ''
  return (value as KeptOutcome | undefined)?.ok === false ? ' failed' : ''
}
