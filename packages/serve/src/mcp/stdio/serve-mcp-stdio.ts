import type { Readable, Writable } from 'node:stream'
import type { DecodeLimits, OpenApp, Principal } from '@heddle/core'
import { localOperator } from '../../cli/call-command.ts'
import type { CallerWatch } from '../../live/caller-watch.ts'
import type { McpServing } from '../options.ts'
import { type McpStdio, serveLines } from './serve-lines.ts'

/** How an app is served over standard input and output. */
export interface McpStdioOptions extends McpServing, DecodeLimits {
  /**
   * Who calls; `null` is a stranger. A function is asked at each request, for whoever may lose what they hold.
   *
   * @default the operator: whoever starts a process on this machine
   */
  readonly as?: Principal | null | (() => Principal | null)
  /** @default that of the caller */
  readonly tenant?: string
  /** @default the standard input of this process */
  readonly input?: Readable
  /** Nothing else may be written there, log lines above all. @default the standard output of this process */
  readonly output?: Writable
}

/**
 * Serves an app to the one agent that started this process, by the Model Context Protocol over standard input and output.
 *
 * @example
 * const bank = await app('bank', { parts: [transferMoney] }).open()
 * await serveMcpStdio(bank).closed
 */
export function serveMcpStdio(app: OpenApp, options: McpStdioOptions = {}): McpStdio {
  const { as = localOperator, tenant, input = process.stdin, output = process.stdout } = options
  const nowAs = typeof as === 'function' ? as : () => as
  const caller: CallerWatch = {
    get current() {
      return { as: nowAs(), tenant, isOperator: as === localOperator }
    },
    refused: undefined,
    onChange: () => () => undefined,
    stop: () => undefined,
  }
  return serveLines(app, caller, { ...options, input, output })
}
