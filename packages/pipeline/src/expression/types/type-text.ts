import type { FieldType, ValueType } from './value-type.ts'

/**
 * A type in words, for messages: `list of { id: string, delay?: number }`, `string or null`.
 *
 * @example typeText({ kind: 'number', nullable: true }) // 'number or null'
 */
export function typeText(type: ValueType, depth = 2): string {
  const text = plainText(type, depth)
  return type.nullable === true && type.kind !== 'null' && type.kind !== 'unknown' ? `${text} or null` : text
}

const words = {
  boolean: 'boolean',
  number: 'number',
  int: 'whole number',
  int64: 'int64',
  decimal: 'decimal',
  time: 'time',
  duration: 'duration',
  null: 'null',
  unknown: 'anything',
} as const

const maxFields = 8

function plainText(type: ValueType, depth: number): string {
  switch (type.kind) {
    case 'string':
      return type.values === undefined
        ? 'string'
        : shortened(
            type.values.map((value) => JSON.stringify(value)),
            ' or ',
          )
    case 'list':
      return `list of ${grouped(type.items, depth)}`
    case 'map':
      return `map of ${grouped(type.values, depth)}`
    case 'union':
      return type.options.length === 0
        ? 'nothing'
        : shortened([...new Set(type.options.map((one) => typeText(one, depth)))], ' or ')
    case 'record': {
      const fields = Object.entries(type.fields)
      if (depth === 0 && fields.length > 0) return '{ … }'
      const shown = fields.slice(0, maxFields).map(([name, field]) => fieldText(name, field, depth))
      if (fields.length > maxFields || type.open === true) shown.push('…')
      return shown.length === 0 ? '{}' : `{ ${shown.join(', ')} }`
    }
    default:
      return words[type.kind]
  }
}

const fieldText = (name: string, { type, optional }: FieldType, depth: number): string =>
  `${name}${optional === true ? '?' : ''}: ${typeText(type, depth - 1)}`

function grouped(type: ValueType, depth: number): string {
  const text = typeText(type, depth)
  return text.includes(' or ') && !text.startsWith('{') ? `(${text})` : text
}

function shortened(parts: readonly string[], between: string): string {
  return parts.length <= maxFields ? parts.join(between) : `${parts.slice(0, maxFields).join(between)}${between}…`
}
