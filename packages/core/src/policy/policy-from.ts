import type { AnyCommand } from '../command/types.ts'
import { below } from '../error/below.ts'
import { inputFailures } from '../error/input-failure.ts'
import { systemFailure } from '../error/failure.ts'
import { type AnyFailure, failed, type Outcome, success } from '../outcome/outcome.ts'
import { compileSchema, Issues } from '../schema/compile/index.ts'
import { builtInPolicies } from './built-in.ts'
import type { FindCommand, PolicyKind } from './policy-kind.ts'
import type { Policy } from './policy.ts'

/** Where names in a config are looked up. */
export interface PolicyNames {
  /** Kinds of the app's own, beside those that come with Heddle. */
  readonly kinds?: readonly PolicyKind[]
  /** Commands that a `fallback` may name. */
  readonly commands?: ReadonlyMap<string, AnyCommand>
}

/**
 * Makes a policy from JSON: an object with one field, the name of the kind, and its config. A bare value stands for the
 * main field of the kind. What is wrong comes back with its path.
 *
 * @example
 * policyFrom({ retry: { attempts: 5, initial: '200ms' } })
 * policyFrom({ timeout: '2s' })
 */
export function policyFrom(json: unknown, names: PolicyNames = {}): Outcome<Policy, AnyFailure> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return refused([], describe(json))
  const [name, ...more] = Object.keys(json)
  if (name === undefined || more.length > 0) return refused([], `{ ${Object.keys(json).join(', ')} }`)
  const kind = [...(names.kinds ?? []), ...builtInPolicies].find((known) => known.name === name)
  if (!kind) return refused([name], `"${name}"`)
  return create(kind, (json as Record<string, unknown>)[name], (command) => names.commands?.get(command))
}

/** Makes the policies of a list, all or none; paths begin with the index. */
export function policiesFrom(list: readonly unknown[], names: PolicyNames = {}): Outcome<Policy[], AnyFailure> {
  const outcomes = list.map((json) => policyFrom(json, names))
  const errors = outcomes.flatMap((outcome, index) =>
    outcome.ok ? [] : outcome.errors.map((failure) => below([index], failure)),
  )
  return errors.length > 0
    ? failed(errors)
    : success(outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : [])))
}

/** The JSON that `policyFrom` makes the same policy from. */
export const policyToJson = ({ name, config }: Policy) => ({ [name]: config })

function create(kind: PolicyKind, given: unknown, find: FindCommand): Outcome<Policy, AnyFailure> {
  const isBare = kind.short !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given))
  const config = isBare ? { [kind.short!]: given } : (given ?? {})
  const checked = compileSchema(kind.config, { unknownKeys: 'strict' }).run(config)
  if (!(checked instanceof Issues)) return success(kind.create(checked, find))
  return failed(inputFailures(checked).map((failure) => below([kind.name], failure)))
}

const refused = (path: readonly string[], found: string) =>
  failed([systemFailure('UnknownPolicy', { found, known: builtInPolicies.map(({ name }) => name) }, { path })])

const describe = (json: unknown) => (Array.isArray(json) ? 'a list' : json === null ? 'null' : typeof json)
