import { alternatives, type JsonSchema, type Resolve } from '../../cli/json-schema.ts'
import { fieldsOf, resolver } from '../../cli/json-schema.ts'
import { type Flag, flagsOf } from '../../cli/flags.ts'
import { callOptions } from '../../cli/options.ts'

/** How the text in a control becomes a value of the input. */
export type Reading = 'text' | 'number' | 'boolean' | 'json' | 'lines' | 'numberLines' | 'file'

/** One field of a form. The flag says where it goes, and what the command line calls it. */
export interface Control {
  readonly flag: Flag
  readonly reading: Reading
  readonly secret: boolean
  /** Media types that a file may have; none is any. */
  readonly fileTypes: readonly string[]
}

const reserved = new Set(Object.keys(callOptions))

/** The controls for a command's input, from its JSON Schema: those that the command line has as flags. */
export function controlsOf(input: JsonSchema): Control[] {
  const resolve = resolver(input)
  return flagsOf(input, reserved).map((flag) => {
    const type = follow(input, flag.path, resolve)
    return {
      flag,
      reading: readingOf(flag, type, resolve),
      secret: isSecret(type),
      fileTypes: type['x-file']?.types ?? [],
    }
  })
}

/** What nobody beside the user should read from the screen. */
const isSecret = (type: JsonSchema) => type.format === 'password' || type['x-sensitive'] === true

function follow(root: JsonSchema, path: readonly string[], resolve: Resolve): JsonSchema {
  let type = root
  for (const name of path) type = fieldsOf(type, resolve).find((field) => field.name === name)?.schema ?? {}
  return resolve(type)
}

function readingOf(flag: Flag, type: JsonSchema, resolve: Resolve): Reading {
  if (type['x-file']) return 'file'
  if (flag.kind === 'json' || flag.kind === 'boolean') return flag.kind
  if (flag.kind === 'text') return isNumber(type, resolve) ? 'number' : 'text'
  const items = alternatives(type, resolve).options[0]?.items
  if (flag.element === 'json' || typeof items !== 'object') return 'json'
  return isNumber(items, resolve) ? 'numberLines' : 'lines'
}

/** A type with numbers among its alternatives: what reads as a number is sent as one. */
const isNumber = (type: JsonSchema, resolve: Resolve): boolean =>
  alternatives(type, resolve).options.some((option) =>
    option.const === undefined && option.enum === undefined
      ? option.type === 'integer' || option.type === 'number'
      : [option.const, ...(option.enum ?? [])].some((value) => typeof value === 'number'),
  )
