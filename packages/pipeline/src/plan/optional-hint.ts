import type { PlanType } from './plan.ts'

/** What was written for a type of which nothing, or null, is a value too, and how that is written. */
export interface OptionalHint {
  readonly message: string
  readonly expected: string
}

const words = ['optional', 'nullable'] as const
type Word = (typeof words)[number]

/** Types that are written as elsewhere: `int?`, `int | null`, `optional int`, `{ optional: int }`, `{ type: int, optional: true }`. */
export function optionalHint(type: PlanType): OptionalHint | undefined {
  if (typeof type === 'string') return textHint(type.trim())
  if (Array.isArray(type)) return wordHint(type[0], type[1])
  const fields = type as { readonly [name: string]: unknown }
  const names = Object.keys(fields)
  const [only] = names
  if (names.length === 1 && isWord(only) && isName(fields[only])) return hintOf(only, fields[only])
  if (isWord(fields.type) && fields.of === undefined) return hintOf(fields.type)
  const set = words.find((word) => typeof fields[word] === 'boolean')
  return set !== undefined && isName(fields.type) ? hintOf(set, fields.type) : undefined
}

function textHint(text: string): OptionalHint | undefined {
  const [, marked] = /^(\w+)\?$/.exec(text) ?? []
  if (marked !== undefined) return hintOf('optional', marked)
  const [, or, other] = /^(\w+)\s*\|\s*(null|undefined)$/.exec(text) ?? []
  if (or !== undefined) return hintOf(other === 'null' ? 'nullable' : 'optional', or)
  const [word, of] = text.split(/[\s(<]+/)
  return wordHint(word, of?.replace(/[)>]$/, ''))
}

const wordHint = (word: unknown, of: unknown): OptionalHint | undefined =>
  isWord(word) ? hintOf(word, isName(of) ? of : undefined) : undefined

function hintOf(word: Word, of = 'int'): OptionalHint {
  const long = `{ type: ${word}, of: ${of} }`
  const message =
    word === 'optional' ? 'A field that may be missing is not written so' : 'A value that may be null is not written so'
  return {
    message,
    expected: word === 'optional' ? `a question mark behind its name ("name?": ${of}), or ${long}` : long,
  }
}

const isWord = (value: unknown): value is Word => words.some((word) => word === value)
const isName = (value: unknown): value is string => typeof value === 'string' && value !== ''
