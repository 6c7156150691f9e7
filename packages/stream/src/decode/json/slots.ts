import type { z } from 'zod'
import type { ObjectShape, Shape } from './shape.ts'
import { TextCache } from './text-cache.ts'

/** A shape made ready for reading: one that is read in any order, and whose short texts are kept. */
export type Slot =
  | ObjectSlot
  | { readonly kind: 'number' | 'any' }
  | { readonly kind: 'string'; readonly cache: TextCache }

export interface ObjectSlot {
  readonly kind: 'object'
  readonly keys: readonly string[]
  readonly slots: readonly Slot[]
  readonly indexes: ReadonlyMap<string, number>
  readonly others: 'dropped' | 'refused'
  readonly isPlain: boolean
  readonly types: readonly (z.core.$ZodType | undefined)[]
}

export function slotOf(shape: Shape): Slot {
  if (shape.kind === 'string') return { kind: 'string', cache: new TextCache() }
  return shape.kind === 'object' ? objectSlot(shape) : (shape as { readonly kind: 'number' | 'any' })
}

export function objectSlot({ fields, others, isPlain = false }: ObjectShape): ObjectSlot {
  const keys = fields.map(({ key }) => key)
  return {
    kind: 'object',
    keys,
    slots: fields.map(({ shape }) => slotOf(shape)),
    indexes: new Map(keys.map((key, index) => [key, index])),
    others,
    isPlain,
    types: fields.map(({ type }) => type),
  }
}
