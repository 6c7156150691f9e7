import type { z } from 'zod'

/** Where a value comes from: JSON has numbers, booleans, lists and objects; a text (flag, query, form) has none. */
export type CastSource = 'json' | 'text'

/** Turns a value into what a type wants; gives back the same value where there is nothing to do. */
export type Caster = (value: unknown) => unknown

/** How a type is cast: from which source, and whether as callers pass it in or as it came out. */
export interface CastMode {
  readonly from: CastSource
  readonly side: 'input' | 'output'
}

/** Gives the caster of a type inside another one; undefined where there is nothing to cast. */
export type CasterOf = (type: z.core.$ZodType, mode: CastMode) => Caster | undefined

/** The four ways of casting; each is one object, so that casters can be kept by it. */
export const castModes = {
  input: { json: { from: 'json', side: 'input' }, text: { from: 'text', side: 'input' } },
  output: { json: { from: 'json', side: 'output' }, text: { from: 'text', side: 'output' } },
} as const satisfies Record<CastMode['side'], Record<CastSource, CastMode>>
