import {
  CommitConflict,
  Defect,
  Failure,
  failureFromJson,
  type FailureJson,
  type SystemCode,
  toJson,
} from '@heddle/core'

/** What was thrown, on its way to another thread. */
export type CarriedError =
  | { readonly failure: FailureJson }
  | { readonly defect: SystemCode; readonly data: unknown; readonly stack?: string }
  | { readonly conflict: true }
  | { readonly name: string; readonly message: string; readonly stack?: string }

/** Makes what was thrown into plain data. What is marked in a failure is masked by then. */
export function carryError(thrown: unknown): CarriedError {
  if (thrown instanceof Failure) return { failure: thrown.toJSON() }
  if (thrown instanceof Defect) return { defect: thrown.code, data: toJson(thrown.data), stack: thrown.stack }
  if (thrown instanceof CommitConflict) return { conflict: true }
  if (thrown instanceof Error) return { name: thrown.name, message: thrown.message, stack: thrown.stack }
  return { name: 'Error', message: String(thrown) }
}

/** What was thrown on the other thread, to be thrown here: with its code. */
export function carriedError(carried: CarriedError): unknown {
  if ('failure' in carried) return failureFromJson({}, carried.failure)
  if ('conflict' in carried) return new CommitConflict()
  const error = 'defect' in carried ? new Defect(carried.defect, carried.data) : namedError(carried)
  if (carried.stack !== undefined) error.stack = carried.stack
  return error
}

function namedError({ name, message }: { readonly name: string; readonly message: string }): Error {
  const error = new Error(message)
  error.name = name
  return error
}
