import type { Context, Maybe, Port } from '@heddle/core'
import type { z } from 'zod'
import type { Stored } from '../entity/types.ts'
import type { KnowsWays } from '../depth/ways.ts'

/** How much of a record callers get: the `result` of a command that is exposed. */
export interface Serializer<Given, Told> {
  /** What callers get. */
  readonly type: z.ZodType<Told, Told>
  /** The repositories that it reads. */
  readonly uses: readonly Port[]
  map(given: Given, ctx: Context): Maybe<Told>
}

/** The same for many records at once, with as many statements as for one. */
export interface ManySerializer<Given, Told> extends Serializer<Given, Told> {
  many(given: readonly Given[], ctx: Context): Maybe<readonly Told[]>
}

/** The port of a repository whose records are told. */
export type RecordsFrom<Rec> = Port & KnowsWays & Stored<Rec, never, never, unknown, string, string>
