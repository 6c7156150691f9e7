import { type Check, checkDefOf, className, type Schema } from '../nodes.ts'
import { conditionOf, isIdle } from './conditions.ts'
import { leafFailure } from '../run/leaf-failure.ts'
import { type Emitter, pathArgument, type Scope, writePayload } from './emitter.ts'

/** The checks of one schema, on the variable that holds its value. */
export interface Chain {
  readonly schema: Schema
  readonly kind: string
  readonly checks: readonly Check[]
  readonly value: string
  readonly scope: Scope
  /** Whether the schema has no parts, so that a failing value can be looked at from the start. */
  readonly leaf: boolean
}

/**
 * Writes checks for a value of which nothing has failed yet. Conditions are joined into one; where it is false, Zod's
 * own checks run from the first of them and find the issues, so that nothing about issues is written twice. A function
 * of a user is called exactly once either way.
 *
 * @param types conditions on the type, tested before the first check
 * @param failed what to do when one of the first conditions is false, if not the usual
 */
export function writeChecks(
  emitter: Emitter,
  chain: Chain,
  start = 0,
  types: readonly string[] = [],
  failed?: () => void,
): void {
  const { kind, checks, value } = chain
  const conditions = [...types]
  let at = start
  for (; at < checks.length; at++) {
    if (isIdle(checks[at]!)) continue
    const condition = conditionOf(emitter, kind, checks[at]!, value)
    if (condition === undefined) break
    if (condition !== 'true') conditions.push(condition)
  }
  if (conditions.length === 0) return writeNext(emitter, chain, at)
  if (at === checks.length) {
    emitter.write(`if (!(${conditions.join(' && ')})) {`)
  } else {
    emitter.write(`if (${conditions.join(' && ')}) {`)
    writeNext(emitter, chain, at)
    emitter.write('} else {')
  }
  if (failed) failed()
  else if (chain.leaf && at === checks.length) writeLeafFailure(emitter, chain, start)
  else if (chain.leaf && start === 0) {
    writePayload(emitter, value, chain.scope, `leafRun(${emitter.constant(chain.schema)}, ${value})`)
  } else writeFrom(emitter, chain, start)
  emitter.write('}')
}

function writeLeafFailure(emitter: Emitter, { schema, checks, value, scope }: Chain, start: number): void {
  emitter.write(`iss = ${emitter.constant(leafFailure(schema, checks, start))}(iss, ${value}${pathArgument(scope)});`)
}

/** The condition that decides over a whole chain, where there is one: such a schema is pure and keeps its value. */
export function wholeCondition(
  emitter: Emitter,
  kind: string,
  checks: readonly Check[],
  value: string,
  types: readonly string[],
): string | undefined {
  const conditions = [...types]
  for (const check of checks) {
    if (isIdle(check)) continue
    const condition = conditionOf(emitter, kind, check, value)
    if (condition === undefined) return undefined
    if (condition !== 'true') conditions.push(condition)
  }
  return conditions.length === 0 ? 'true' : conditions.join(' && ')
}

function writeNext(emitter: Emitter, chain: Chain, at: number): void {
  const { schema, checks, value, scope } = chain
  const check = checks[at]
  if (!check) return
  const def = checkDefOf(check)
  const name = className(check)
  if (name === 'CheckOverwrite' && !def.when) {
    emitter.write(`${value} = ${emitter.constant(def)}.tx(${value});`)
    // Zod's own rewrites answer text for text. After one of a user nothing is known about the value.
    if (chain.kind === 'string' && isZodRewrite(def.tx)) return writeChecks(emitter, chain, at + 1)
    emitter.callsOut = true
    if (at + 1 < checks.length) writeFrom(emitter, chain, at + 1)
    return
  }
  emitter.callsOut = true
  if (name === 'Custom' && !def.when) {
    const answer = emitter.name('a')
    emitter.write(`const ${answer} = ${emitter.constant(def)}.fn(${value});`)
    emitter.write(`if (${answer} && !(${answer} instanceof Promise)) {`)
    writeChecks(emitter, chain, at + 1)
    emitter.write('} else {')
    const list = emitter.constant(checks)
    writePayload(
      emitter,
      value,
      scope,
      `refineFailed(${emitter.constant(schema)}, ${list}, ${at}, ${value}, ${answer})`,
    )
    emitter.write('}')
    return
  }
  writeFrom(emitter, chain, at)
}

/** Lets Zod's checks run from the one at `start`. */
function writeFrom(emitter: Emitter, { schema, checks, value, scope }: Chain, start: number): void {
  writePayload(
    emitter,
    value,
    scope,
    `checkFrom(${emitter.constant(schema)}, ${emitter.constant(checks)}, ${start}, ${value})`,
  )
}

// Zod makes each rewrite a closure of its own, so that only the text tells `trim` from a rewrite of a user.
const zodRewrites = new Set(['input => input.trim()', 'input => input.toLowerCase()', 'input => input.toUpperCase()'])
const isZodRewrite = (rewrite: unknown): boolean => zodRewrites.has(String(rewrite).replace(/^\((\w+)\) =>/, '$1 =>'))

/**
 * Writes the checks of a schema with parts, whose scope holds only its own issues. When a part has failed, Zod decides
 * which checks still run.
 */
export function writeChecksOfComposite(emitter: Emitter, chain: Chain): void {
  const { schema, checks, value, scope } = chain
  emitter.write('if (iss === null) {')
  writeChecks(emitter, chain)
  emitter.write('} else {')
  const call = `checkFailed(${emitter.constant(schema)}, ${emitter.constant(checks)}, ${value}, iss, ${scope.aborted})`
  emitter.write(`const p = ${call}; ${value} = p.value; iss = p.issues; }`)
}
