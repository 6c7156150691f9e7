import { z } from 'zod'
import { optionsOf, unionOf } from '../../expression/types/union-of.ts'
import { typeText } from '../../expression/types/type-text.ts'
import type { ValueType } from '../../expression/types/value-type.ts'
import type { Typing } from '../../validate/typing.ts'

/** The type of the name of a field that is added to a record. */
export const fieldName = z.string().regex(/^[a-zA-Z]\w*$/, 'Invalid name: expected e.g. airport')

/** The type of a record with a field more; what is no record is told. */
export function withField(name: string, type: ValueType, typing: Typing): ValueType {
  const { it } = typing
  if (it.kind === 'unknown') return it
  const options = optionsOf(it)
  if (it.nullable === true || options.some(({ kind }) => kind !== 'record')) {
    const found = typeText(it)
    typing.tell({ about: 'type', path: ['as'], message: `Only a record gets a field`, expected: 'a record', found })
    return { kind: 'unknown' }
  }
  return unionOf(
    options.map((option) =>
      option.kind === 'record' ? { ...option, fields: { ...option.fields, [name]: { type } } } : option,
    ),
  )
}
