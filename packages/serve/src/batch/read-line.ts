import {
  type AnyFailure,
  decodeJson,
  type DecodeLimits,
  failed,
  type Outcome,
  success,
  systemFailure,
} from '@heddle/core'
import { mostKeyCharacters, mostSeconds } from '../http/call-headers.ts'

/** A line of a batch: one call. */
export interface BatchLine {
  readonly call: string
  readonly input: unknown
  readonly key: string | undefined
  /** In seconds. */
  readonly timeout: number | undefined
}

/** Reads a line. What is wrong in the input is told where it would be without a line around it. */
export function readLine(bytes: Uint8Array, limits: Required<DecodeLimits>): Outcome<BatchLine, AnyFailure> {
  const decoded = decodeJson(bytes, { ...limits, maxDepth: limits.maxDepth + 1 })
  if (!decoded.ok) {
    return failed(decoded.errors.map((error) => (error.path[0] === 'input' ? error.at(error.path.slice(1)) : error)))
  }
  if (typeof decoded.value !== 'object' || decoded.value === null || Array.isArray(decoded.value))
    return refused('it is no object')
  const { call, input = {}, key, timeout, ...others } = decoded.value as Readonly<Record<string, unknown>>
  const [unknown] = Object.keys(others)
  if (unknown !== undefined) return refused(`it has an unknown field "${unknown.slice(0, 64)}"`)
  if (typeof call !== 'string') return refused('`call` is the name of a command, as text')
  if (key !== undefined && !isKey(key)) return refused(`\`key\` is 1 to ${mostKeyCharacters} printable characters`)
  if (timeout !== undefined && !isTimeout(timeout)) return refused(`\`timeout\` is up to ${mostSeconds} seconds`)
  return success({ call, input, key, timeout })
}

const refused = (reason: string) => failed([systemFailure('MalformedInput', { format: 'line of a batch', reason })])

const isKey = (key: unknown): key is string =>
  typeof key === 'string' && key.length <= mostKeyCharacters && /^[\x20-\x7e]+$/.test(key)

const isTimeout = (timeout: unknown): timeout is number =>
  typeof timeout === 'number' && timeout >= 0 && timeout <= mostSeconds
