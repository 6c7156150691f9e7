import { canonicalJson, type Json } from '@heddle/core'

/** What differs between two settings: only the settings that do, where they are records. */
export function changed(before: Json | undefined, after: Json | undefined): string {
  const text = (value: Json | undefined) => (value === undefined ? 'nothing' : canonicalJson(value))
  if (!isRecord(before) || !isRecord(after)) return `${text(before)} → ${text(after)}`
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  const different = names.filter((name) => text(before[name]) !== text(after[name]))
  return different.map((name) => `${name} ${text(before[name])} → ${text(after[name])}`).join(', ')
}

const isRecord = (value: Json | undefined): value is { readonly [name: string]: Json | undefined } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
