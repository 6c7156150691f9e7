import type { ValueType } from './value-type.ts'

/** The type of one value; of a text, with the text itself. */
export function literalType(value: unknown): ValueType {
  switch (typeof value) {
    case 'string':
      return { kind: 'string', values: [value] }
    case 'number':
      return { kind: Number.isSafeInteger(value) ? 'int' : 'number' }
    case 'bigint':
      return { kind: 'int64' }
    case 'boolean':
      return { kind: 'boolean' }
    default:
      return value == null ? { kind: 'null' } : { kind: 'unknown' }
  }
}
