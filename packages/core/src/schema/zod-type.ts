import type { z } from 'zod'
import type { Schema } from './schema.ts'

/** Any of the kinds of type that Zod has, told apart by `_zod.def.type`. */
export type ZodType = z.core.$ZodTypes

/** The Zod type behind the small shape by which signatures know types. */
export const zodType = (schema: Schema): ZodType => schema as ZodType

/** A check of a type, told apart by `_zod.def.check`; `custom` is a refinement. */
export type ZodCheck = z.core.$ZodChecks | { readonly _zod: { readonly def: z.core.$ZodCustomDef } }

/**
 * The checks of a type, in order. A format such as `z.email()` or `z.int()` is its own first check.
 */
export function checksOf(type: ZodType): readonly ZodCheck[] {
  const { checks = [] } = type._zod.def
  const own = type._zod.traits.has('$ZodCheck') ? [type as unknown as ZodCheck] : []
  return [...own, ...(checks as readonly unknown[] as readonly ZodCheck[])]
}

/** The type behind a `z.lazy`, made by the first who asks. */
export const lazyType = (type: ZodType): z.core.$ZodType => (type as z.core.$ZodLazy)._zod.innerType
