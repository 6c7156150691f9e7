import { systemFailure } from '@heddle/core'
import type { SQLInputValue } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import { sqliteError } from './errors.ts'
import type { RawRows } from './read-only.ts'
import type { ReaderReply, ReaderRequest } from './reader-thread.ts'

/** How many threads read beside the calling one (limit `reader.threads`). They start at the first scan. */
const threadLimit = 2

/** A question, without what the threads keep. */
export interface Scan {
  readonly sql: string
  readonly parameters: readonly SQLInputValue[]
  readonly tables?: readonly string[]
}

interface Waiting {
  resolve(rows: RawRows | undefined): void
  reject(error: unknown): void
}

/** A thread that scans, so that the calling thread does not have to wait. */
class ReaderThread {
  readonly #path: string
  readonly #worker: Worker
  readonly #waiting = new Map<number, Waiting>()
  #last = 0

  constructor(path: string) {
    this.#path = path
    this.#worker = new Worker(new URL('./reader-thread.ts', import.meta.url), {
      workerData: path,
      name: 'heddle-reader',
    })
    this.#worker.unref()
    this.#worker.on('message', (reply: ReaderReply) => this.#receive(reply))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(systemFailure('Unavailable', { what: `The reader of ${path}` })))
  }

  /** How many questions wait here. */
  get load(): number {
    return this.#waiting.size
  }

  ask(request: Omit<ReaderRequest, 'id'>): Promise<RawRows | undefined> {
    const id = ++this.#last
    if (this.#waiting.size === 0) this.#worker.ref()
    this.#worker.postMessage({ id, ...request } satisfies ReaderRequest)
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  release(snapshot: number): void {
    this.#worker.postMessage({ id: 0, snapshot } satisfies ReaderRequest)
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#worker.ref()
      this.#worker.once('exit', () => resolve())
      this.#worker.postMessage('close')
    })
  }

  #receive(reply: ReaderReply): void {
    const waiting = this.#waiting.get(reply.id)!
    this.#waiting.delete(reply.id)
    if (this.#waiting.size === 0) this.#worker.unref()
    if ('rows' in reply) waiting.resolve(reply)
    else if ('moved' in reply) waiting.resolve(undefined)
    else waiting.reject(sqliteError(reply.errorCode, reply.text, this.#path))
  }

  #fail(error: unknown): void {
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

/** A snapshot's place in a thread. */
export interface ThreadSnapshot {
  /** @returns undefined when the database has moved on since the snapshot began, so that it must be asked elsewhere */
  ask(scan: Scan): Promise<RawRows | undefined>
  release(): void
}

/** The threads that scan. */
export class ReaderThreads {
  readonly #path: string
  readonly #threads: ReaderThread[] = []
  #lastSnapshot = 0

  constructor(path: string) {
    this.#path = path
  }

  /** Asks the newest state. */
  async ask(scan: Scan): Promise<RawRows> {
    return (await this.#leastBusy().ask({ snapshot: 0, ...scan }))!
  }

  /** @param version the commit at which the snapshot on the calling thread began */
  snapshot(version: number): ThreadSnapshot {
    const thread = this.#leastBusy()
    const snapshot = ++this.#lastSnapshot
    return {
      ask: (scan) => thread.ask({ snapshot, version, ...scan }),
      release: () => thread.release(snapshot),
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#threads.splice(0).map((thread) => thread.close()))
  }

  #leastBusy(): ReaderThread {
    const idle = this.#threads.find(({ load }) => load === 0)
    if (idle) return idle
    if (this.#threads.length < threadLimit) {
      const thread = new ReaderThread(this.#path)
      this.#threads.push(thread)
      return thread
    }
    return this.#threads.reduce((least, thread) => (thread.load < least.load ? thread : least))
  }
}
