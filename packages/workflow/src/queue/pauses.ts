import type { Ports } from '@heddle/core'
import { type Database, ownClaims, QueueRecord, type Row, systemTenant, type Write } from '@heddle/data'

/** Where processes tell each other that a queue was paused or resumed. */
const topic = 'heddle.queue.paused'
/** How often a process that shares its database looks by itself, should it not have been told, in milliseconds. */
const lookMs = 10_000
/** How many queues may be paused (limit `queue.paused`). */
const pausedLimit = 10_000

/** What pauses need to know. */
export interface PausesSetup {
  readonly database: Database
  readonly ports: Ports
  /** Runs when a queue goes on. */
  readonly resumed: (queue: string) => void
}

/** The queues of which no run begins until somebody resumes them. It stands in the database; each process knows it by heart. */
export class Pauses {
  readonly #setup: PausesSetup
  #names: ReadonlySet<string> = new Set()
  #reads: Promise<void> = Promise.resolve()
  #stopListening: (() => void) | undefined
  #cancelLook: (() => void) | undefined
  #closed = false

  constructor(setup: PausesSetup) {
    this.#setup = setup
  }

  get names(): ReadonlySet<string> {
    return this.#names
  }

  /** Learns what is paused, and listens from then on. */
  async begin(): Promise<void> {
    const { database } = this.#setup
    const look = () => void this.#look()
    this.#stopListening = await database.notices.subscribe(topic, look, { missed: look })
    await this.#read()
    if (database.claims !== ownClaims) this.#lookLater()
  }

  close(): void {
    this.#closed = true
    this.#stopListening?.()
    this.#cancelLook?.()
  }

  /** Pauses a queue or lets it go on, in all processes. Says whether that changed anything. */
  async set(name: string, paused: boolean): Promise<boolean> {
    const { database } = this.#setup
    const { table, codec } = QueueRecord
    for (;;) {
      const [found] = await database.read(table, systemTenant, [name])
      const known = found && (codec.decode(found) as { began: string; paused?: boolean })
      if ((known?.paused ?? false) === paused) return false
      const values = codec.encode({ name, began: known?.began ?? '[]', ...(paused && { paused }) })
      const write: Write = found
        ? { kind: 'update', table, key: name, values, version: found[0] }
        : { kind: 'insert', table, values, absent: true }
      // Whoever counts for the rate of the queue may have been faster.
      if (await database.commit({ tenant: systemTenant, checks: [], writes: [write] })) continue
      await this.#read()
      await database.notices.publish(topic, name)
      return true
    }
  }

  /** One after the other, so that none tells what was true before the last one. */
  #read(): Promise<void> {
    const next = this.#reads.then(() => this.#readNow())
    this.#reads = next.catch(() => undefined)
    return next
  }

  async #readNow(): Promise<void> {
    const { table, codec } = QueueRecord
    const rows = await this.#setup.database.find(table, systemTenant, {
      where: { kind: 'compare', column: 'paused', by: 'eq', value: true },
      order: [{ column: 'name', descending: false }],
      after: undefined,
      limit: pausedLimit,
    })
    const before = this.#names
    this.#names = new Set(rows.map((row: Row) => (codec.decode(row) as { name: string }).name))
    for (const name of before) if (!this.#names.has(name)) this.#setup.resumed(name)
  }

  async #look(): Promise<void> {
    if (this.#closed) return
    try {
      await this.#read()
    } catch (thrown) {
      const reason = String((thrown as Error).message)
      this.#setup.ports.log.write('warning', 'it could not be looked up which queues are paused', { reason })
    }
  }

  #lookLater(): void {
    const look = async () => {
      await this.#look()
      if (!this.#closed) this.#lookLater()
    }
    this.#cancelLook = this.#setup.ports.timers.after(lookMs, () => void look(), { background: true })
  }
}
