import { nextTurn, systemFailure, type Maybe } from '@heddle/core'
import { Worker } from 'node:worker_threads'
import { closeWriterConnection, openWriterConnection, type WriterSettings } from './connection.ts'
import { sqliteError } from './errors.ts'
import { type BatchReply, type Cell, errorCode, Executor, unitHead, type UnitReply } from './executor.ts'
import type { Piece } from './pieces.ts'
import type { Opened } from './writer-thread.ts'

/** How many units may wait for the writer (limit `writer.waiting`). */
const waitingLimit = 100_000

/** A unit of work for the writer. */
export interface EncodedUnit<Answer> {
  /** How many operations stand in its cells. */
  readonly operations: number
  /** How many of them write. */
  readonly writes: number
  /** Adds its cells to those of the units before it, so that none is copied on its way into a message. */
  encode(cells: Cell[]): void
  /** Of a unit with a great many operations: adds its cells too, and pauses now and then, where others may have a turn. */
  readonly encodeInPieces?: ((cells: Cell[]) => Iterator<void>) | undefined
  /** What the caller makes of the reply; what it throws is thrown to the caller. */
  answer(reply: UnitReply): Answer
}

/** The one that writes. */
export interface Writer {
  /** The number of a statement in operations. */
  statement(sql: string): number
  /** Sends a unit of work. */
  send<Answer>(unit: EncodedUnit<Answer>): Maybe<Answer>
  /** Learns that units were executed, before any of them is answered. */
  onAnswers(told: () => void): void
  /** How many units were sent and not answered. */
  readonly waiting: number
  /** Resolves when everything that was sent is answered. */
  idle(): Maybe<void>
  /** Frees everything, when everything that was sent is answered. */
  close(): Maybe<void>
}

/** Statements that the executor has not seen, and the numbers of all. */
class Statements {
  readonly #numbers = new Map<string, number>()
  #unsent: string[] = []

  number(sql: string): number {
    let number = this.#numbers.get(sql)
    if (number === undefined) {
      this.#numbers.set(sql, (number = this.#numbers.size))
      this.#unsent.push(sql)
    }
    return number
  }

  /** Tells them at the end of a batch. */
  addTo(batch: Cell[]): void {
    const unsent = this.take()
    if (unsent.length === 0) return
    batch[1] = unsent.length
    batch.push(...unsent)
  }

  /** Those that have to be told with what is sent next. */
  take(): readonly string[] {
    const unsent = this.#unsent
    if (unsent.length > 0) this.#unsent = []
    return unsent
  }
}

/** Writes on the calling thread, each unit by itself: for simulation, where one thread must be all. */
export function createInlineWriter(settings: WriterSettings): Writer {
  const connection = openOrFail(settings)
  const executor = new Executor(connection)
  const statements = new Statements()
  let tell = () => {}
  return {
    statement: (sql) => statements.number(sql),
    send(unit) {
      const cells: Cell[] = [1, 0, headOf(unit)]
      unit.encode(cells)
      statements.addTo(cells)
      const { replies } = executor.execute([cells])
      tell()
      return unit.answer(replies[0]?.[1])
    },
    onAnswers: (told) => void (tell = told),
    waiting: 0,
    idle: () => undefined,
    close: () => closeWriterConnection(connection),
  }
}

function openOrFail(settings: WriterSettings) {
  try {
    return openWriterConnection(settings)
  } catch (error) {
    throw sqliteError(errorCode(error), (error as Error).message, settings.path)
  }
}

const headOf = ({ operations, writes }: EncodedUnit<unknown>) => unitHead(operations, writes > 1)

/** Somebody who waits for the reply to a unit. */
interface Waiting {
  readonly unit: EncodedUnit<unknown>
  resolve(answer: unknown): void
  reject(error: unknown): void
}

/**
 * Writes in a worker thread. What is sent within one turn of the event loop leaves in one message, and what arrives
 * while the thread is busy shares its next transaction: group commit without a timer.
 */
export async function createThreadWriter(settings: WriterSettings): Promise<Writer> {
  const worker = new Worker(new URL('./writer-thread.ts', import.meta.url), {
    workerData: settings,
    name: 'heddle-writer',
  })
  const opened = await new Promise<Opened>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  if (!opened.opened) throw sqliteError(opened.errorCode, opened.text, settings.path)

  const statements = new Statements()
  let outbox: Cell[] = [0, 0]
  let outboxUnits = 0
  const waiting: Waiting[] = []
  /** How many units are being sent in pieces, and how many were begun. */
  let inPieces = 0
  let numbered = 0
  let dead: unknown
  let tell = () => {}
  let onIdle: (() => void) | undefined
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))

  worker.on('message', receive)
  worker.on('error', fail)
  worker.once('exit', () => fail(systemFailure('Unavailable', { what: `The writer of ${settings.path}` })))
  worker.unref()

  return {
    statement: (sql) => statements.number(sql),
    send<Answer>(unit: EncodedUnit<Answer>) {
      if (dead !== undefined) throw dead
      if (waiting.length >= waitingLimit) {
        throw systemFailure('LimitReached', { name: 'writer.waiting', limit: waitingLimit })
      }
      if (unit.encodeInPieces) return sendInPieces(unit, unit.encodeInPieces)
      if (outboxUnits === 0) queueMicrotask(onMicrotask)
      outboxUnits++
      outbox.push(headOf(unit))
      unit.encode(outbox)
      return answered(unit)
    },
    onAnswers: (told) => void (tell = told),
    get waiting() {
      return waiting.length + inPieces
    },
    idle,
    async close() {
      await idle()
      if (dead !== undefined) return
      worker.ref()
      worker.postMessage('close')
      await exited
    },
  }

  function answered<Answer>(unit: EncodedUnit<Answer>): Promise<Answer> {
    if (waiting.length === 0) worker.ref() // The process must not end while an answer is due.
    return new Promise<Answer>((resolve, reject) => {
      waiting.push({ unit, resolve: resolve as Waiting['resolve'], reject })
    })
  }

  /** Others that are sent meanwhile go ahead: it counts from its last piece on. */
  async function sendInPieces<Answer>(
    unit: EncodedUnit<Answer>,
    encode: NonNullable<EncodedUnit<Answer>['encodeInPieces']>,
  ): Promise<Answer> {
    const of = numbered++
    inPieces++
    try {
      const cells: Cell[] = []
      const encoding = encode(cells)
      while (!encoding.next().done) {
        worker.postMessage({ of, cells } satisfies Piece)
        cells.length = 0
        await nextTurn()
        if (dead !== undefined) throw dead
      }
      // What was sent before comes before.
      flush()
      worker.postMessage({ of, cells, end: { head: headOf(unit), statements: statements.take() } } satisfies Piece)
    } finally {
      inPieces--
    }
    return answered(unit)
  }

  async function idle() {
    if (waiting.length + inPieces > 0) await new Promise<void>((resolve) => (onIdle = resolve))
  }

  /** A tick is scheduled from a microtask, so that it comes after every microtask that still wants to send. */
  function onMicrotask() {
    process.nextTick(flush)
  }

  function flush() {
    if (outboxUnits === 0) return
    outbox[0] = outboxUnits
    statements.addTo(outbox)
    worker.postMessage(outbox)
    outbox = [0, 0]
    outboxUnits = 0
  }

  function receive({ units, replies }: BatchReply) {
    // What is answered is held no longer: V8 makes what lives for a while costly.
    const done = waiting.splice(0, units)
    let reply = 0
    tell()
    for (let index = 0; index < units; index++) {
      const isNext = reply < replies.length && replies[reply]![0] === index
      settle(done[index]!, isNext ? replies[reply++]![1] : undefined)
    }
    if (waiting.length > 0) return
    worker.unref()
    if (inPieces > 0) return
    onIdle?.()
  }

  function settle({ unit, resolve, reject }: Waiting, reply: UnitReply) {
    try {
      resolve(unit.answer(reply))
    } catch (error) {
      reject(error)
    }
  }

  function fail(error: unknown) {
    dead ??= error
    for (const { reject } of waiting.splice(0)) reject(dead)
    onIdle?.()
  }
}
