import type { Json } from '../manifest/json.ts'
import { isOfType, type Shape } from './schema-shape.ts'

/** Whether one listed value surely fits a shape. Listed values are text, numbers, booleans and null. */
export function admits(shape: Shape, value: Json): boolean {
  if (shape.values && !shape.values.includes(value)) return false
  if (shape.type !== undefined && !isOfType(value, shape.type)) return false
  if (shape.opaque.size > 0) return false
  if (typeof value === 'number') return admitsNumber(shape, value)
  return typeof value !== 'string' || admitsText(shape, value)
}

function admitsNumber({ range, multiples }: Shape, value: number): boolean {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = range
  if (minimum !== undefined && value < minimum) return false
  if (maximum !== undefined && value > maximum) return false
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return false
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum) return false
  return [...multiples].every((step) => Number.isInteger(value / step))
}

function admitsText({ range, patterns, formats }: Shape, value: string): boolean {
  const { minLength, maxLength, formatMinimum, formatMaximum, formatExclusiveMinimum, formatExclusiveMaximum } = range
  if (minLength !== undefined && value.length < minLength) return false
  if (maxLength !== undefined && value.length > maxLength) return false
  const limits = [formatMinimum, formatMaximum, formatExclusiveMinimum, formatExclusiveMaximum]
  if (limits.some((limit) => limit !== undefined)) return false
  // Zod's formats come with their pattern; of a bare format nothing is known here.
  if (formats.size > 0 && patterns.size === 0) return false
  return [...patterns].every((pattern) => matches(pattern, value))
}

/** JSON Schema does not keep the flags of a pattern: both readings must match. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern).test(value) && new RegExp(pattern, 'u').test(value)
  } catch {
    return false
  }
}
