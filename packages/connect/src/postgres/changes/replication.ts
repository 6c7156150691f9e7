import type { Clock, Timers } from '@heddle/core'
import type { Client } from 'pg'
import type { Duplex } from 'node:stream'
import type { EventEmitter } from 'node:events'
import { closeClient, processOf } from '../client.ts'
import { quoteName, quoteText } from '../quote.ts'
import { formatLsn, type Lsn } from './lsn.ts'
import { postgresEpochMicros } from './pgoutput.ts'

/** The messages of a slot as they come, and what is said back to the server. */
export interface Replication {
  /** The server's process that serves it. */
  readonly process: number
  /** The next message that is there already. */
  take(): Buffer | undefined
  peek(): Buffer | undefined
  /** Resolves when there is a message or news, and rejects when the connection is lost. */
  wait(): Promise<void>
  /** Everything before this place may be forgotten. */
  confirm(lsn: Lsn): void
  /** Up to where the server had written when it said something last. */
  readonly end: Lsn
  /** Up to where the server has told everything; nothing of it waits here. Undefined while something does. */
  readonly quiet: Lsn | undefined
  close(): Promise<void>
}

export interface ReplicationOptions {
  /** A connection for replication. */
  readonly client: Client
  readonly slot: string
  readonly publication: string
  readonly from: Lsn
  /** Up to where everything is safe here already. */
  readonly confirmed: Lsn
  /** Bytes that may wait here before the socket is paused. */
  readonly queueBytes: number
  /** How long the server waits for a word before it gives the connection up, in milliseconds. 0 for ever. */
  readonly patienceMs: number
  readonly clock: Clock
  readonly timers: Timers
}

/** What the client library has and does not declare. */
interface Wire extends EventEmitter {
  readonly stream: Duplex
  sendCopyFromChunk(chunk: Buffer): void
}

/** How often the server is told how far we are, unless it wants to know more often. */
const reportMs = 10_000
/** After so many reports without an answer the server counts as gone. */
const silentReports = 3

/**
 * Reads a slot by PostgreSQL's streaming protocol. What waits is bounded in bytes: when it is full the socket is paused, and
 * by that the server. The server is told at regular times how far we are, also then, so that it does not give us up.
 * https://www.postgresql.org/docs/current/protocol-replication.html
 *
 * @throws what the server says, e.g. that another process reads the slot
 */
export async function openReplication(options: ReplicationOptions): Promise<Replication> {
  const { client, slot, publication, from, queueBytes, patienceMs, clock, timers } = options
  const wire = (client as unknown as { readonly connection: Wire }).connection
  const queue: Buffer[] = []
  let first = 0
  let bytes = 0
  let isPaused = false
  let { confirmed } = options
  let reported = 0n
  let end = from
  let told = from
  let arrived = 0n
  let unanswered = 0
  let failure: unknown
  let isClosed = false
  let wake: (() => void) | undefined
  let cancelReport = () => {}

  const wakeUp = () => {
    const waiting = wake
    wake = undefined
    waiting?.()
  }
  const fail = (error: unknown) => {
    failure ??= error
    cancelReport()
    wakeUp()
  }
  const report = (wantsAnswer: boolean) => {
    if (failure !== undefined || isClosed) return
    // A server that stops waits until everything is flushed here, unless it is told of nothing but what has arrived. So what
    // is flushed is said once, when it has changed, and taken back at once.
    if (confirmed > reported) wire.sendCopyFromChunk(statusUpdate(arrived, confirmed, clock.now(), false))
    reported = confirmed
    wire.sendCopyFromChunk(statusUpdate(arrived, 0n, clock.now(), wantsAnswer))
  }
  const everyMs = patienceMs > 0 ? Math.min(reportMs, Math.ceil(patienceMs / 3)) : reportMs
  const reportRegularly = () => {
    cancelReport = timers.after(
      everyMs,
      () => {
        // While the socket is paused an answer could not be heard.
        if (!isPaused && ++unanswered > silentReports) return fail(new Error('The connection is silent.'))
        report(true)
        reportRegularly()
      },
      { background: true },
    )
  }
  const onData = ({ chunk }: { readonly chunk: Buffer }) => {
    unanswered = 0
    if (chunk[0] === 0x77) {
      const at = chunk.readBigUInt64BE(1)
      if (at > arrived) arrived = at
      const written = chunk.readBigUInt64BE(9)
      if (written > end) end = written
      // The client library uses its buffer again, so the message is copied out of it.
      const message = Buffer.from(chunk.subarray(25))
      queue.push(message)
      bytes += message.length
      if (bytes > queueBytes && !isPaused) {
        isPaused = true
        wire.stream.pause()
      }
    } else if (chunk[0] === 0x6b) {
      told = chunk.readBigUInt64BE(1)
      if (told > end) end = told
      if (told > arrived) arrived = told
      if (chunk[17] === 1) report(false)
    }
    wakeUp()
  }

  await new Promise<void>((resolve, reject) => {
    wire.once('replicationStart', resolve)
    wire.on('copyData', onData)
    const names = quoteText(quoteName(publication))
    const start = `START_REPLICATION SLOT ${quoteName(slot)} LOGICAL ${formatLsn(from)}`
    client.query(`${start} (proto_version '1', publication_names ${names})`).then(
      () => fail(new Error('The connection was terminated.')),
      (error: unknown) => {
        reject(error)
        fail(error)
      },
    )
  })
  reportRegularly()

  return {
    process: processOf(client),
    take() {
      if (first === queue.length) return undefined
      const message = queue[first]!
      first++
      bytes -= message.length
      // Taking from the front of a long list would move all of it each time.
      if (first === queue.length || first > 10_000) {
        queue.splice(0, first)
        first = 0
      }
      if (isPaused && bytes < queueBytes / 2) {
        isPaused = false
        wire.stream.resume()
      }
      return message
    },
    peek: () => queue[first],
    async wait() {
      if (failure === undefined && first === queue.length && !isClosed) {
        await new Promise<void>((resolve) => (wake = resolve))
      }
      if (failure !== undefined && first === queue.length) throw failure
    },
    confirm(lsn) {
      if (lsn <= confirmed) return
      confirmed = lsn
      report(false)
    },
    get end() {
      return end
    },
    get quiet() {
      return first === queue.length ? told : undefined
    },
    async close() {
      isClosed = true
      cancelReport()
      wire.off('copyData', onData)
      // A paused socket would never hear that the other side has closed it.
      if (isPaused) wire.stream.resume()
      wakeUp()
      await closeClient(client)
    },
  }
}

/** How far we are: what has arrived, and what is safe here; 0 for nothing new. */
function statusUpdate(arrived: Lsn, flushed: Lsn, nowMs: number, wantsAnswer: boolean): Buffer {
  const status = Buffer.alloc(34)
  status[0] = 0x72
  status.writeBigUInt64BE(arrived, 1)
  status.writeBigUInt64BE(flushed, 9)
  status.writeBigUInt64BE(flushed, 17)
  status.writeBigInt64BE(BigInt(Math.floor(nowMs)) * 1000n - postgresEpochMicros, 25)
  status[33] = wantsAnswer ? 1 : 0
  return status
}
