import { Emitter, type Fallback } from './emit/emitter.ts'
import { writeNode } from './emit/node.ts'
import { Issues } from './issues.ts'
import type { Schema } from './nodes.ts'
import { recursiveSchemas } from './recursion.ts'
import { helpers } from './run/helpers.ts'

/** A generated check. */
export interface Generated {
  readonly run: (input: unknown) => unknown
  /** Whether it may meet something asynchronous. */
  readonly callsOut: boolean
  readonly compiled: number
  readonly total: number
  readonly fallbacks: readonly Fallback[]
}

/**
 * Makes one function that does what Zod's interpreter would do for a schema. The idea: the code of a valid value is
 * written out straight, with field names and limits as literals and everything else as constants of a closure; where a
 * test fails, a helper asks Zod's own check for the issues. So speed comes from the text and truth from Zod.
 */
export function generate(schema: Schema): Generated {
  const emitter = new Emitter(recursiveSchemas(schema))
  writeNode(emitter, schema, 'v', { path: [], aborted: 'ab', usesInvalid: false }, { path: '', depth: 0 })
  const { constants, text, callsOut, compiled, total, fallbacks } = emitter
  const names = Object.keys(helpers)
  const source = [
    '"use strict";',
    `const { ${names.join(', ')} } = helpers;`,
    ...constants.map((_, index) => `const k${index} = constants[${index}];`),
    'return function check(v) { let iss = null, ab = false;',
    text,
    'return iss === null ? v : new Issues(iss); }',
  ].join('\n')
  const make = new Function('helpers', 'constants', 'Issues', source)
  const run = make(helpers, constants, Issues) as (input: unknown) => unknown
  return { run, callsOut, compiled, total, fallbacks }
}
