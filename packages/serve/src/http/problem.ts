import { type AnyFailure, Failure, type FailureJson, outgoingFailure, systemFailure, toJson } from '@heddle/core'
import { noSniffing } from './accept.ts'
import type { Answer } from './exchange.ts'
import { statusOf } from './status.ts'

/** The body of an answer that failed: problem details (RFC 9457) with every error of the outcome. */
export interface Problem {
  /** Names the kind of problem by the code of the first error, e.g. `urn:heddle:error:InsufficientFunds`. */
  readonly type: string
  /** The same in words. */
  readonly title: string
  readonly status: number
  /** The message of the first error. */
  readonly detail: string
  /** The path that was asked for. */
  readonly instance: string
  /** At most 100. */
  readonly errors: readonly FailureJson[]
  /** How many errors are not listed. */
  readonly errorsLeftOut?: number
}

/** How a problem is told. */
export interface ProblemOptions {
  /** Path of the request. */
  readonly instance: string
  /** The operator sees paths of files and the like in the data of system errors; strangers do not. @default false */
  readonly isOperator?: boolean
  /** Replaces the status that the first error gives. */
  readonly status?: number
  /** Goes into `WWW-Authenticate` of a 401. @default 'Bearer' */
  readonly challenge?: string
}

/** A list with a thousand wrong elements is not answered with a thousand errors. */
const mostErrors = 100

/** The answer for an outcome that failed. */
export function problemAnswer(errors: readonly AnyFailure[], options: ProblemOptions): Answer {
  const first = errors[0] ?? systemFailure('Internal', { traceId: 'unknown' })
  const status = options.status ?? statusOf(first)
  const { code, message, retry } = options.isOperator ? first : withoutInsides(first)
  const problem: Problem = {
    type: `urn:heddle:error:${code}`,
    title: inWords(code),
    status,
    detail: message,
    instance: options.instance,
    errors: errors.slice(0, mostErrors).map((error) => failureJson(error, options.isOperator)),
    ...(errors.length > mostErrors && { errorsLeftOut: errors.length - mostErrors }),
  }
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...noSniffing,
  }
  if (status === 401) headers['www-authenticate'] = options.challenge ?? 'Bearer'
  if (typeof retry === 'object') headers['retry-after'] = String(Math.max(1, Math.ceil(retry.afterMs / 1000)))
  return { status, headers, body: JSON.stringify(problem) }
}

/** An error as it leaves the process. Causes, stacks and what its data marks as sensitive never do. */
export function failureJson(failure: AnyFailure, isOperator = false): FailureJson {
  const json = (isOperator ? outgoingFailure(failure) : withoutInsides(outgoingFailure(failure))).toJSON()
  return { ...json, data: toJson(json.data) }
}

/** System errors tell the operator which file or server is concerned; to others only their code is told. */
function withoutInsides(failure: AnyFailure): AnyFailure {
  if (failure.category !== 'system' || failure.code === 'Internal') return failure
  const { code, facts, path, via } = failure
  return new Failure(code, {}, facts, path, undefined, `${inWords(code)}.`, via)
}

/** `InsufficientFunds` → `Insufficient funds`. */
function inWords(code: string): string {
  const words = code.replaceAll(/(?<=[a-z\d])(?=[A-Z])/g, ' ').toLowerCase()
  return words.charAt(0).toUpperCase() + words.slice(1)
}
