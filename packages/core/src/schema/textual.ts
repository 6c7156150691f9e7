import type { z } from 'zod'
import type { Schema } from './schema.ts'

/** How values of a type are written where there is no JSON for them. */
export interface TextForm {
  /** Reads a text; undefined where it is none of them. `toJSON` of a value gives such a text. */
  readonly read: (text: string) => unknown
  /** A regular expression of JavaScript for the texts, for descriptions. */
  readonly pattern: string
  /** The `format` in JSON Schema. */
  readonly format: string
}

// By the test of the type, which stays the same when the type is described, marked or refined.
const forms = new WeakMap<object, TextForm>()

/**
 * Makes a type of values that are text in JSON, as dates and big integers are: surfaces read them, journals and entities keep
 * them, and JSON Schema describes them.
 *
 * @param type made by `z.custom`
 * @example
 * const decimal = textual(z.custom<Decimal>((value) => value instanceof Decimal), {
 *   read: (text) => Decimal.read(text),
 *   pattern: '^-?[0-9]+(\\.[0-9]+)?$',
 *   format: 'decimal',
 * })
 */
export function textual<Type extends z.ZodType>(type: Type, form: TextForm): Type {
  const test = testOf(type as unknown as z.core.$ZodType)
  if (test) forms.set(test, form)
  return type
}

/** How values of a type are written; undefined where JSON holds them, or another rule does. */
export function textFormOf(type: Schema | z.core.$ZodType): TextForm | undefined {
  const test = testOf(type as z.core.$ZodType)
  return test && forms.get(test)
}

function testOf({ _zod: { def } }: z.core.$ZodType): object | undefined {
  return def.type === 'custom' ? (def as unknown as { readonly fn: object }).fn : undefined
}
