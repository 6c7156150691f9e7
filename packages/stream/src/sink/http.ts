import { Failure, systemFailure } from '@heddle/core'
import { maskedUrl } from '@heddle/pipeline'
import { z } from 'zod'
import { headersOf, headersType } from '../source/pages/headers.ts'
import { durationText, readDuration } from '../source/settings.ts'
import { callPlace } from './call-place.ts'
import { ndjsonText } from './file/encode.ts'
import { type Attempt, retryUntilOver } from './retry-until.ts'
import { defineSink, type SinkHost, type SinkRecord } from './sink.ts'
import { someAtATime } from './some-at-a-time.ts'

const config = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  method: z.enum(['POST', 'PUT', 'PATCH']).optional().describe("@default 'POST'"),
  headers: headersType,
  send: z.enum(['each', 'lines']).optional().describe('A request for each record, or NDJSON. @default each'),
  idempotent: z
    .boolean()
    .optional()
    .describe('The other side knows `Idempotency-Key`, which is the name of the record. Only with a request for each'),
  concurrency: z
    .int()
    .min(1)
    .max(256)
    .optional()
    .describe('How many requests at a time; with 1 they are in order. @default 4'),
  timeout: durationText.optional().describe('@default 30s'),
})

/** What an HTTP sink is told. */
export type HttpSinkConfig = z.output<typeof config>

/** So many records are in a request of NDJSON at most (limit `httpSink.lines`). */
const linesLimit = 1000

/**
 * The kind of sink `http`: records as requests. A server that knows idempotency keys takes each record once; any other one
 * may get some again after a crash, and the job says so.
 */
export const httpSinkKind = defineSink<HttpSinkConfig>({
  name: 'http',
  summary: 'Requests to a server, one for each record or many records as NDJSON',
  config: config.refine(({ idempotent, send }) => !(idempotent === true && send === 'lines'), {
    message: 'An idempotency key names one record: leave out `send: lines`, or `idempotent`',
    path: ['send'],
  }),
  short: 'url',
  examples: [
    { url: 'https://example.org/delays', idempotent: true },
    { url: 'https://example.org/bulk', send: 'lines', headers: { authorization: { env: 'BULK_TOKEN' } } },
  ],
  create(given) {
    const { url, send = 'each', idempotent = false, concurrency = 4 } = given
    return {
      kind: 'http',
      delivery: idempotent ? 'idempotent' : 'plain',
      accepts: 'append',
      describe: () => ({ url: maskedUrl(url), send, idempotent }),
      open(host) {
        const requests = new Requests(given, host)
        return {
          async write(records) {
            if (send === 'each') {
              await someAtATime(records, concurrency, (record) => requests.send([record]))
              return
            }
            for (let from = 0; from < records.length; from += linesLimit) {
              await requests.send(records.slice(from, from + linesLimit))
            }
          },
          close() {},
        }
      },
    }
  },
})

class Requests {
  readonly #given: HttpSinkConfig
  readonly #host: SinkHost
  readonly #headers: Record<string, string>
  readonly #place: string

  constructor(given: HttpSinkConfig, host: SinkHost) {
    this.#given = given
    this.#host = host
    this.#place = callPlace(host.job, host.name, host.generation)
    const type = given.send === 'lines' ? 'application/x-ndjson' : 'application/json'
    this.#headers = { 'content-type': type, ...headersOf(given.headers, `the sink ${host.name} of ${host.job}`) }
  }

  async send(records: readonly SinkRecord[]): Promise<void> {
    if (records.length === 0) return
    const { ports, signal } = this.#host
    const { host } = new URL(this.#given.url)
    await retryUntilOver(ports, signal, host, () => this.#attempt(records, host))
  }

  async #attempt(records: readonly SinkRecord[], host: string): Promise<Attempt> {
    const { url, method = 'POST', idempotent, timeout } = this.#given
    const { ports, signal, refuse } = this.#host
    const body = records.map(({ value }) => ndjsonText.line(value)).join('')
    const headers = idempotent
      ? { ...this.#headers, 'idempotency-key': `${this.#place}/${records[0]!.id}` }
      : this.#headers
    const over = new AbortController()
    const cancel = ports.timers.after(readDuration(timeout) ?? 30_000, () => over.abort(), { background: true })
    try {
      const all = AbortSignal.any([signal, over.signal])
      const answer = await fetch(url, { method, headers, body, signal: all, redirect: 'error' })
      await answer.body?.cancel()
      if (answer.ok) return {}
      const failure = systemFailure('Unavailable', { what: host }, { message: `${host} answered ${answer.status}.` })
      if (answer.status >= 500 || answer.status === 429 || answer.status === 408) {
        const after = Number(answer.headers.get('retry-after')) * 1000
        return { again: Number.isFinite(after) && after > 0 ? { retry: { afterMs: after } } : failure }
      }
      if (!refuse) throw failure
      for (const record of records) refuse(record, [failure.toJSON()])
      return {}
    } catch (thrown) {
      signal.throwIfAborted()
      if (thrown instanceof Failure) throw thrown
      return { again: systemFailure('Unavailable', { what: host }, { cause: thrown }) }
    } finally {
      cancel()
    }
  }
}
