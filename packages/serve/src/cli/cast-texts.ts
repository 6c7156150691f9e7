import { castInput, type PathSegment, type Schema } from '@heddle/core'
import type { InputBuilder } from './input-builder.ts'

/**
 * Casts what flags gave as text, and nothing else: beside it lies what came as JSON, which knows numbers from text. The
 * whole is cast, because a union can only be decided as a whole; of that only the places of the flags are taken.
 */
export function castTexts(builder: InputBuilder, places: readonly (readonly PathSegment[])[], type: Schema): void {
  if (places.length === 0) return
  const whole = castInput(type, builder.value, 'text')
  for (const place of places) {
    const value = valueAt(whole, place)
    if (value !== undefined) builder.set(place, value)
  }
}

function valueAt(whole: unknown, place: readonly PathSegment[]): unknown {
  let value = whole
  for (const segment of place) {
    // Their elements are in the order of the list that they were cast from.
    const holder: unknown = value instanceof Set || value instanceof Map ? [...value] : value
    if (typeof holder !== 'object' || holder === null || !Object.hasOwn(holder, segment)) return undefined
    value = (holder as Record<PathSegment, unknown>)[segment]
  }
  return value
}
