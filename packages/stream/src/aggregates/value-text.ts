import { Decimal } from '@heddle/types/decimal'

/** The text by which values are counted: two values are the same exactly when their texts are. No text is `__proto__`. */
export function valueText(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `"${value}`
    case 'number':
      return numberText(value)
    case 'bigint':
      return String(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object':
      return value === null ? 'null' : objectText(value)
    default:
      return 'null'
  }
}

/** A double as a decimal has it, since both can be the same number. */
function numberText(value: number): string {
  const text = String(value)
  return text.includes('e') ? String(Decimal.of(value)) : text
}

function objectText(value: object): string {
  if (value instanceof Decimal) return String(value)
  if (value instanceof Date) return `time ${value.getTime()}`
  if (Array.isArray(value)) return JSON.stringify(value.map(valueText))
  const fields = Object.entries(value).filter(([, field]) => field !== undefined)
  const texts = fields.map(([name, field]) => [name, valueText(field)] as const)
  return `{${JSON.stringify(texts.sort(([left], [right]) => (left < right ? -1 : 1)).flat())}}`
}
