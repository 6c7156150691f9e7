import { ProtocolError, ProtocolErrorCode } from '@modelcontextprotocol/server'
import type { AnyFailure } from '@heddle/core'
import { failureJson } from '../http/problem.ts'
import { statusOf } from '../http/status.ts'

/**
 * The errors of an outcome where the protocol has no result for them: the first one's message, and all of them in `data`.
 *
 * @param uri of the resource that was asked for, which stands in the error where it is not there
 */
export function protocolError(errors: readonly AnyFailure[], isOperator = false, uri?: string): ProtocolError {
  const told = errors.slice(0, 100).map((error) => failureJson(error, isOperator))
  const status = statusOf(errors[0]!)
  const code = status < 500 ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError
  return new ProtocolError(code, told[0]!.message, {
    errors: told,
    ...(status === 404 && uri !== undefined && { uri }),
  })
}
