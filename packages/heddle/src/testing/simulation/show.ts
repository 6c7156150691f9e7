import { toJson } from '@heddle/core'

/** How many characters of a value a trace shows. */
const shownLength = 160

/**
 * A value in one line. What is cut off is still seen by a comparison of two traces: its hash stands at the end. Things
 * that are no data (functions, signals, units of work) are left out or named by their class.
 */
export function show(value: unknown): string {
  const text = textOf(value)
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}… #${hash(text).toString(36)}`
}

function textOf(value: unknown): string {
  try {
    return JSON.stringify(value, replace) ?? String(value)
  } catch {
    return String(value) // A circle.
  }
}

function replace(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  if (ArrayBuffer.isView(value) || value instanceof Set || value instanceof Map) {
    return Array.from(value as unknown as Iterable<unknown>)
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return `[${value.constructor.name}]`
  if ('columns' in value && 'name' in value) return value.name // The table that a database call is about.
  return value
}

/** An outcome in one line. */
export function showOutcome(
  outcome: { ok: true; value: unknown } | { ok: false; errors: readonly { key: string; data: unknown }[] },
) {
  if (outcome.ok) return `ok ${show(toJson(outcome.value))}`
  return outcome.errors.map(({ key, data }) => `${key} ${show(data)}`).join(', ')
}

/** FNV-1a, 32 bits. */
export function hash(text: string): number {
  let sum = 0x811c9dc5
  for (let index = 0; index < text.length; index++) sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193)
  return sum >>> 0
}
