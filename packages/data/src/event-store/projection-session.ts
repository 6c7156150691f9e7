import { type AnyEvent, type CallOptions, type OpenApp, type Ports, sleep } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { Table } from '../database/table.ts'
import { pauseMs } from '../events/backoff.ts'
import { readerLag } from '../events/reader-lag.ts'
import { lookAgainMs, type Session } from '../events/reader-life.ts'
import { moveReader, type ReaderState } from '../events/reader-state.ts'
import { eventDecoder, type StoredEvent } from '../events/stored-event.ts'
import { Wakeup } from '../events/wakeup.ts'
import { versionColumn } from '../sql/names.ts'

/** How many rows of a view one transaction removes. */
const removeLimit = 1000
/** After how many events that it does not read the place is kept. */
const passedLimit = 10_000

/** What a session of a projection works with. */
export interface ProjectionSetup {
  readonly name: string
  readonly on: readonly AnyEvent[]
  readonly tables: readonly Table[]
  readonly batch: number
  readonly app: OpenApp
  readonly database: Database
  readonly ports: Ports
  readonly state: ReaderState
  readonly fences: CallOptions['fences']
}

/** One stretch of a projection's work. */
export class ProjectionSession implements Session {
  lagMs: number | undefined
  trouble: string | undefined
  readonly #setup: ProjectionSetup
  readonly #wakeup = new Wakeup()
  readonly #stopping = new AbortController()
  readonly #decode: ReturnType<typeof eventDecoder>
  readonly #lag: ReturnType<typeof readerLag>
  #state: ReaderState
  #offset: number
  #isDue = false
  #ended: Promise<void> = Promise.resolve()

  constructor(setup: ProjectionSetup) {
    this.#setup = setup
    this.#state = setup.state
    this.#offset = setup.state.offset
    this.#decode = eventDecoder(setup.on)
    this.#lag = readerLag(setup.ports, setup.name)
  }

  get offset(): number {
    return this.#offset
  }

  run(): Promise<void> {
    return (this.#ended = this.#read())
  }

  async stop(): Promise<void> {
    this.abandon()
    await this.#ended.catch(() => undefined)
  }

  abandon(): void {
    this.#stopping.abort()
    this.#wakeup.wake()
  }

  async #read(): Promise<void> {
    const { database, on, batch } = this.#setup
    const { signal } = this.#stopping
    const names = on.map(({ name }) => name)
    const stopWatching = database.watchEvents(() => this.#wakeup.wake(), names)
    const cancel = this.#lookAgain()
    try {
      if (this.#state.rebuilding) await this.#empty()
      while (!signal.aborted) {
        const { rows, upTo } = await database.readEvents({ after: this.#offset, names, limit: batch })
        await this.#take(rows.map(this.#decode))
        if (signal.aborted) break
        this.#offset = upTo
        // What is taken in keeps the place of its tenant; this one only spares a look at it again.
        if (this.#isDue || upTo - this.#state.offset >= passedLimit) await this.#save()
        this.#isDue = false
        if (rows.length < batch) await this.#wakeup.wait()
      }
    } finally {
      stopWatching?.()
      cancel()
      await this.#save()
    }
  }

  /** Now and then without being woken: so its place passes events that it does not read, and those can go. */
  #lookAgain(): () => void {
    const { timers } = this.#setup.ports
    let cancel = () => {}
    const arm = () => {
      cancel = timers.after(lookAgainMs, look, { background: true })
    }
    const look = () => {
      this.#isDue = true
      this.#wakeup.wake()
      arm()
    }
    arm()
    return () => cancel()
  }

  /** Runs of one tenant's events, each in a transaction of its own. */
  async #take(events: readonly StoredEvent[]): Promise<void> {
    for (let first = 0; first < events.length;) {
      let end = first + 1
      while (end < events.length && events[end]!.tenant === events[first]!.tenant) end++
      if (!(await this.#apply(events.slice(first, end)))) return
      first = end
    }
  }

  /** A view that lacks an event is wrong, so a projection does not go on without it: it tries for as long as it takes. */
  async #apply(events: readonly StoredEvent[]): Promise<boolean> {
    const { name, app, ports, fences } = this.#setup
    const { tenant, offset, at } = events.at(-1)!
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++) {
      const input = { generation: this.#state.generation, events }
      const as = app.self(tenant)
      const outcome = await app.callByName(name, input, { as, trusted: true, tenant, fences })
      if (outcome.ok) {
        this.trouble = undefined
        const now = ports.clock.now()
        this.lagMs = now - at.getTime()
        for (const event of events) this.#lag?.add((now - event.at.getTime()) / 1000)
        this.#offset = offset
        return true
      }
      const { message, retry, key } = outcome.errors[0]!
      if (this.#stopping.signal.aborted) return false
      this.trouble = `events ${events[0]!.offset} to ${offset}: ${message}`
      ports.log.write('error', `${name} stands still at the events ${events[0]!.offset} to ${offset}: ${message}`, {
        key,
      })
      await sleep(ports.timers, pauseMs(retry === 'never' ? 'later' : retry, attempt), this.#stopping.signal).catch(
        () => undefined,
      )
    }
    return false
  }

  /** Removes the view, a batch at a time. What was begun is ended by whoever comes next. */
  async #empty(): Promise<void> {
    const { database, tables, fences } = this.#setup
    for (const table of tables) {
      let removed: number
      do {
        removed = await database.prune({
          table,
          column: versionColumn,
          below: Number.MAX_SAFE_INTEGER,
          limit: removeLimit,
        })
      } while (removed === removeLimit && !this.#stopping.signal.aborted)
    }
    if (this.#stopping.signal.aborted) return
    this.#state = { ...this.#state, rebuilding: false }
    await moveReader(database, this.#setup.ports.clock, this.#state, fences)
  }

  async #save(): Promise<void> {
    if (this.#offset <= this.#state.offset) return
    const { database, ports, fences } = this.#setup
    this.#state = { ...this.#state, offset: this.#offset }
    await moveReader(database, ports.clock, this.#state, fences)
  }
}
