import { Defect, type Ports, systemFailure } from '@heddle/core'
import { type Database, RunRecord } from '@heddle/data'
import { pastTenant } from '../run/run.ts'
import { type OpenGate, openGate } from './gate.ts'
import { Pauses } from './pauses.ts'
import type { Gate } from './place.ts'
import { defaultQueue, type Queue, usualLength } from './queue.ts'

/** For how long a count of those that wait is good, in milliseconds. */
const countedForMs = 1000

/** Lets nothing begin. */
const shut: Gate = { enter: () => undefined }

/** How many more a tenant may put in a queue before they are counted again. */
interface Headroom {
  left: number
  until: number
}

/** What the queues of an open app need. */
export interface QueuesSetup {
  readonly declared: Iterable<Pick<Queue, 'name' | 'limits'>>
  readonly database: Database
  readonly ports: Ports
  readonly holder: string
  readonly more: (queue: string) => void
}

/** The queues of an open app. */
export class Queues {
  readonly pauses: Pauses
  readonly #gates = new Map<string, OpenGate>()
  readonly #setup: QueuesSetup
  readonly #lengths = new Map<string, number>([[defaultQueue, Infinity]])
  readonly #headroom = new Map<string, Headroom>()

  constructor(setup: QueuesSetup) {
    this.#setup = setup
    const { declared, database, ports, holder, more } = setup
    this.pauses = new Pauses({ database, ports, resumed: more })
    for (const queue of declared) {
      const { name, limits } = queue
      this.#lengths.set(name, limits.length)
      if (limits.concurrency === undefined && !limits.rate) continue
      this.#gates.set(name, openGate({ queue, database, ports, holder, more: () => more(name) }))
    }
  }

  /** What limits the beginnings in a queue, if something does. */
  gate(queue: string): Gate | undefined {
    return this.pauses.names.has(queue) ? shut : this.#gates.get(queue)
  }

  /** The names of the queues of the app, and that of the usual one. */
  get names(): string[] {
    return [...this.#lengths.keys()]
  }

  /** Learns which queues are paused. */
  begin(): Promise<void> {
    return this.pauses.begin()
  }

  /**
   * @returns how many runs of a tenant may wait in a queue
   * @throws {Failure} InvalidOption
   */
  lengthOf(queue: string): number {
    const length = this.#lengths.get(queue)
    if (length !== undefined) return length
    const expected = `one of the queues of the app: ${this.names.join(', ')}`
    const message = `There is no queue "${queue}": the app has ${this.names.join(', ')}.`
    throw systemFailure('InvalidOption', { option: 'queue', value: queue, expected }, { message })
  }

  /** @throws {Defect} MissingPart */
  assertDeclared(who: string, queue: string): void {
    if (this.#lengths.has(queue)) return
    throw new Defect('MissingPart', { name: who, missing: `the queue "${queue}"` })
  }

  /**
   * Makes sure that so many more runs may wait in a queue. They are counted when what was left of it is used up, so that
   * it costs nothing while there is plenty; of several processes, each may be off by what the others add meanwhile.
   *
   * @throws {Failure} InvalidOption, LimitReached
   */
  async reserve(tenant: string, queue: string, count: number): Promise<void> {
    const length = this.lengthOf(queue)
    if (length === Infinity) return
    const key = `${queue}\n${tenant}\n`
    const { database, ports } = this.#setup
    let room = this.#headroom.get(key)
    if (!room || room.left < count || room.until < ports.clock.now()) {
      const waiting = await database.count(RunRecord.table, tenant, {
        kind: 'and',
        conditions: [
          { kind: 'compare', column: 'lane', by: 'gte', value: key },
          { kind: 'compare', column: 'lane', by: 'lt', value: pastTenant(queue, tenant) },
        ],
      })
      room = { left: length - waiting, until: ports.clock.now() + countedForMs }
      if (this.#headroom.size > usualLength) this.#headroom.clear()
      this.#headroom.set(key, room)
    }
    if (room.left < count) throw systemFailure('LimitReached', { name: `queue.length of ${queue}`, limit: length })
    room.left -= count
  }

  async close(): Promise<void> {
    this.pauses.close()
    await Promise.all([...this.#gates.values()].map((gate) => gate.close()))
  }
}
