import { type Json, sleep } from '@heddle/core'
import { pauseMs } from '@heddle/data'
import { JsonBatch, jsonDecoder } from '../json-batch.ts'
import type { PartitionReader, SourceHost } from '../source.ts'
import { Inbox } from './inbox.ts'

/** How many messages wait to be read (limit `liveSource.waiting`). */
const inboxLimit = 10_000

/** A connection over which messages come. */
export interface LiveConnection {
  /**
   * Connects and adds what comes, until the connection ends or fails.
   *
   * @param after the id of the last message that was read, where it had one
   * @throws what the source fails with for good, wrapped in `Final`
   */
  run(inbox: Inbox, after: string | undefined, signal: AbortSignal): Promise<void>
  /** For messages, e.g. `https://example.org/stream`. */
  readonly name: string
}

/** A failure after which it is not tried again. */
export class Final {
  readonly cause: unknown

  constructor(cause: unknown) {
    this.cause = cause
  }
}

/** Reads messages as they come, and connects again when the connection ends. */
export function liveReader(connection: LiveConnection, host: SourceHost, position: Json | undefined): PartitionReader {
  const { ports, signal } = host
  const { name } = connection
  const decoder = jsonDecoder(host)
  const inbox = new Inbox(inboxLimit, signal)
  const closing = new AbortController()
  const over = AbortSignal.any([signal, closing.signal])
  let last = (position as { readonly id?: string } | undefined)?.id
  let count = (position as { readonly count?: number } | undefined)?.count ?? 0
  let running: Promise<void> | undefined

  const connect = async () => {
    for (let attempt = 1; !over.aborted; attempt++) {
      const before = inbox.received
      try {
        // What waits in the inbox will be read: the next connection begins behind it.
        await connection.run(inbox, inbox.newest ?? last, over)
      } catch (thrown) {
        if (thrown instanceof Final) return inbox.fail(thrown.cause)
        if (over.aborted) return
        ports.log.write('warning', `${name} was disconnected and is connected again: ${String(thrown)}`)
      }
      if (inbox.received > before) attempt = 1
      await sleep(ports.timers, pauseMs({ afterMs: 500 }, Math.min(attempt, 8)), over).catch(() => undefined)
    }
  }

  return {
    async read(max) {
      running ??= connect()
      const messages = await inbox.take(max)
      if (!messages) return undefined
      const batch = new JsonBatch()
      for (const [index, { text, id, at }] of messages.entries()) {
        batch.add(text, { origin: `${name}#${id ?? count + index}`, time: at })
      }
      count += messages.length
      last = messages.at(-1)!.id ?? last
      return { ...batch.decode(decoder), position: { count, ...(last !== undefined && { id: last }) } }
    },
    lag: () => ({ records: inbox.size }),
    async close() {
      closing.abort()
      inbox.close()
      await running
    },
  }
}
