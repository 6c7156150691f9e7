import { type AnyFailure, decodeJson, type DecodeLimits, Failure, type Outcome } from '@heddle/core'
import { mediaTypes, noSniffing } from './accept.ts'
import type { Encode } from './encode.ts'
import type { CommandEndpoint } from './endpoint.ts'
import type { Answer, Exchange } from './exchange.ts'
import { linesOf } from './lines-of.ts'
import { failureJson } from './problem.ts'

/** How many lines are calls at the same time (limit `batch.concurrency`). */
const concurrency = 16

/** How a body of lines is answered. */
export interface BatchedAnswer {
  /** @param line counted from one, as editors do */
  call(input: unknown, line: number): Promise<Outcome<unknown, AnyFailure>>
  readonly encodeValue: Encode
  readonly isOperator: boolean
  /** Told of a line that is no input of a call. */
  readonly onRefused: (failure: AnyFailure) => void
}

/** Whether a request has many inputs, one a line, where there are no more of them elsewhere. */
export function bringsLines(
  { hasBody, isStreamed, isFile, upload }: CommandEndpoint,
  exchange: Exchange,
  parameters: Readonly<Record<string, string>>,
): boolean {
  if (!hasBody || isStreamed || isFile || upload) return false
  const type = exchange.headers['content-type']
  if (type === undefined || type === mediaTypes.json || !type.toLowerCase().startsWith(mediaTypes.lines)) return false
  const hasOnlyLines = !exchange.url.includes('?') && Object.keys(parameters).length === 0
  return hasOnlyLines && (exchange.header('content-encoding') ?? 'identity') === 'identity'
}

/**
 * Calls a command once for each line of the body and answers with a line for each, in their order. The body is read no
 * faster than calls end and answers are taken, so one of any length takes little memory.
 */
export function batchCall(exchange: Exchange, limits: Required<DecodeLimits>, options: BatchedAnswer): Answer {
  const { call, encodeValue, isOperator, onRefused } = options
  const told = (errors: readonly AnyFailure[]) =>
    `{"errors":${JSON.stringify(errors.map((error) => failureJson(error, isOperator)))}}\n`

  async function answerTo(bytes: Uint8Array, line: number): Promise<string> {
    const input = decodeJson(bytes, limits)
    if (!input.ok) {
      onRefused(input.errors[0]!)
      return told(input.errors)
    }
    const outcome = await call(input.value, line)
    return outcome.ok ? `{"value":${encodeValue(outcome.value) ?? 'null'}}\n` : told(outcome.errors)
  }

  return {
    status: 200,
    headers: { 'content-type': mediaTypes.lines, 'cache-control': 'no-store', ...noSniffing },
    async body(write) {
      let written = Promise.resolve()
      const waiting: Promise<void>[] = []
      try {
        for await (const { bytes, line } of linesOf(exchange.streamBody(), limits.maxBodyBytes)) {
          written = Promise.all([answerTo(bytes, line), written]).then(([answer]) => write(answer))
          waiting.push(written)
          if (waiting.length >= concurrency) await waiting.shift()
        }
      } catch (thrown) {
        await written
        if (!(thrown instanceof Failure)) throw thrown
        // No line can be told from the next any more.
        onRefused(thrown)
        await write(told([thrown]))
      }
      await written
    },
  }
}
