import { type Caster, type CastMode, castModes, type CastSource } from './cast-mode.ts'
import { buildCaster } from './cast-kinds.ts'
import { castsAnything } from './casts-anything.ts'
import type { Schema } from './schema.ts'
import { zodType } from './zod-type.ts'

const known = new WeakMap<CastMode, WeakMap<Schema, Caster | undefined>>()

/**
 * Turns what a surface received into what the type wants. `json`: RFC 3339 text into dates, decimal text into big
 * integers, lists into sets, lists of pairs and objects into maps. `text`: also into numbers, booleans and null, JSON
 * text into objects and lists, and one value into a list of one. It never throws and changes nothing silently: what
 * cannot be cast stays as it is, so that the check of the type reports it.
 *
 * @example
 * castInput(z.object({ at: z.date() }), { at: '2026-11-01T12:00:00Z' }, 'json') // { at: Date }
 */
export function castInput(schema: Schema, value: unknown, from: CastSource): unknown {
  const cast = inputCaster(schema, from)
  return cast ? cast(value) : value
}

/** What casts the input of a type; undefined where nothing ever needs a cast. */
export function inputCaster(schema: Schema, from: CastSource): Caster | undefined {
  return casterOf(schema, castModes.input[from])
}

/** Reads a value of a type back from the JSON that `toJson` wrote. */
export function castOutput(schema: Schema, json: unknown): unknown {
  const cast = casterOf(schema, castModes.output.json)
  return cast ? cast(json) : json
}

function casterOf(schema: Schema, mode: CastMode): Caster | undefined {
  let casters = known.get(mode)
  if (!casters) known.set(mode, (casters = new WeakMap()))
  if (casters.has(schema)) return casters.get(schema)
  // A type that contains itself finds this, and the real caster when values come.
  casters.set(schema, (value) => {
    const cast = casters.get(schema)
    return cast ? cast(value) : value
  })
  const type = zodType(schema)
  const caster = castsAnything(type, mode) ? buildCaster(type, mode, casterOf) : undefined
  casters.set(schema, caster)
  return caster
}
