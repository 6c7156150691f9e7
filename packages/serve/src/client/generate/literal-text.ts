import { fieldName, quoted } from '../types/names.ts'

/** The longest value that is written in one line. */
const widest = 110

/** A value as source code. Fields without a value are left out. */
export function literalText(value: unknown, indent = ''): string {
  if (typeof value === 'string') return quoted(value)
  if (typeof value !== 'object' || value === null) return String(value)
  const inner = `${indent}  `
  const isList = Array.isArray(value)
  const parts = isList
    ? value.map((each) => literalText(each, inner))
    : Object.entries(value)
        .filter(([, part]) => part !== undefined)
        .map(
          ([name, part]) =>
            `${keyText(name)}: ${part instanceof Code ? part.text : literalText(part, inner) + typed(name, part)}`,
        )
  if (parts.length === 0) return isList ? '[]' : '{}'
  const line = isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`
  if (indent.length + line.length <= widest && !line.includes('\n')) return line
  const [begin, end] = isList ? '[]' : '{}'
  return `${begin}\n${parts.map((part) => `${inner}${part},\n`).join('')}${indent}${end}`
}

/** As a field of any other name it would be the prototype of the object. */
const keyText = (name: string) => (name === '__proto__' ? `['__proto__']` : fieldName(name))

/**
 * TypeScript takes the expected type of a field that every object has, e.g. `constructor`, from there, and so knows no longer
 * that a text is one of some texts.
 */
const typed = (name: string, value: unknown) =>
  Object.hasOwn(Object.prototype, name) && value !== null && value !== Infinity && value !== -Infinity
    ? ' as const'
    : ''

/** Source code that stands as it is. */
export class Code {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}
