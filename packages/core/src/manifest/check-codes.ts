import type { z } from 'zod'
import type { InputCode } from '../error/issue-codes.ts'
import type { ZodCheck } from '../schema/zod-type.ts'

/** `ends`: the check of the value ends with it. `field`: where below the value it lies. */
type Raise = (code: InputCode, ends: boolean, field?: readonly string[]) => void

const codes: Readonly<Record<string, readonly InputCode[]>> = {
  less_than: ['TooBig'],
  greater_than: ['TooSmall'],
  multiple_of: ['NotMultipleOf'],
  bigint_format: ['TooSmall', 'TooBig'],
  max_size: ['TooBig'],
  min_size: ['TooSmall'],
  size_equals: ['TooSmall', 'TooBig'],
  max_length: ['TooBig'],
  min_length: ['TooSmall'],
  length_equals: ['TooSmall', 'TooBig'],
  string_format: ['InvalidString'],
  mime_type: ['InvalidValue'],
}

/**
 * Tells the codes that a check of a type can raise.
 *
 * @returns the type of a field, where the check is of that field
 */
export function raiseOf(check: ZodCheck, raise: Raise): { type: z.core.$ZodType; field: string } | undefined {
  const { def } = check._zod
  switch (def.check) {
    case 'custom': {
      const { path, abort = false } = def
      raise('Invalid', abort, path?.map(String))
      return undefined
    }
    case 'number_format':
      if (def.format.includes('int')) raise('InvalidType', true)
      raise('TooSmall', def.abort === true)
      raise('TooBig', def.abort === true)
      return undefined
    case 'property':
      raise('InvalidType', true)
      return { type: def.schema as z.core.$ZodType, field: def.property }
    default:
      for (const code of codes[def.check] ?? []) raise(code, def.abort === true)
      return undefined
  }
}
