import type { Failure, SystemFailure } from '../error/failure.ts'

/** A command that did what it was asked. */
export interface Success<Value> {
  readonly ok: true
  readonly value: Value
}

/** A command that did not, and why. At least one error. */
export interface Failed<Errors> {
  readonly ok: false
  readonly errors: readonly (Errors | SystemFailure)[]
}

/**
 * What comes back from a call. Expected errors are never thrown.
 *
 * @example
 * const outcome = await bank.call(transferMoney, { from, to, cents: 500 })
 * if (outcome.ok) console.log(outcome.value.balance)
 * else for (const error of outcome.errors) if (error.code === 'InsufficientFunds') console.log(error.data.missing)
 */
export type Outcome<Value, Errors = never> = Success<Value> | Failed<Errors>

/** Any failure, declared or Heddle's own. */
export type AnyFailure = Failure<string, unknown>

/** An outcome with a value. */
export const success = <Value>(value: Value): Success<Value> => ({ ok: true, value })
/** An outcome with failures. */
export const failed = (errors: readonly AnyFailure[]): Failed<AnyFailure> => ({ ok: false, errors })
