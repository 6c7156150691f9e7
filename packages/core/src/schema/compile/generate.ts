import { Emitter, type Fallback } from './emit/emitter.ts'
import { writeNode } from './emit/node.ts'
import { Issues } from './issues.ts'
import { defOf, reachable, type Schema } from './nodes.ts'
import { findRecursion } from './recursion.ts'
import { helpers } from './run/helpers.ts'
import { zodRun } from './run/payload.ts'

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
  const recursion = findRecursion(schema)
  if (recursion.endless) return interpret(schema)
  const emitter = new Emitter(recursion)
  writeNode(emitter, schema, 'v', { path: [], aborted: 'ab', usesInvalid: false }, { path: '', depth: 0 })
  const { constants, functionText, text, callsOut, compiled, total, fallbacks } = emitter
  const names = Object.keys(helpers)
  const source = [
    '"use strict";',
    `const { ${names.join(', ')} } = helpers;`,
    ...constants.map((_, index) => `const k${index} = constants[${index}];`),
    functionText,
    'return function check(v) { let iss = null, ab = false;',
    text,
    'return iss === null ? v : new Issues(iss); }',
  ].join('\n')
  const make = new Function('helpers', 'constants', 'Issues', source)
  const run = make(helpers, constants, Issues) as (input: unknown) => unknown
  return { run, callsOut, compiled, total, fallbacks }
}

/** Zod itself, for where code must not be generated, and for types without an end. */
export function interpret(schema: Schema): Generated {
  const run = (input: unknown) => {
    const { value, issues } = zodRun(schema, input)
    return issues.length === 0 ? value : new Issues(issues)
  }
  return {
    run,
    callsOut: true,
    compiled: 0,
    total: reachable(schema).schemas.size,
    fallbacks: [{ path: '', kind: defOf(schema).type }],
  }
}
