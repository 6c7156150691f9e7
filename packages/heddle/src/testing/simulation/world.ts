import { type App, app as declare, memoryLog, type Part, type Ports, seededRandom } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { simulatedDefinition, type SimulatedDefinition } from '../simulated-definition.ts'
import { startInside } from '../start-inside.ts'
import { testKeys } from '../test-keys.ts'
import { drive } from './drive.ts'
import type { Decision, FaultPlan } from './faults.ts'
import { Storage } from './holdings.ts'
import { Life } from './life.ts'
import { hash } from './show.ts'
import { Trace } from './trace.ts'
import { wrapPort, wrapService } from './wrap-port.ts'

/** How long a dead app stays down. */
const downtimeMs = 100
/** Simulated time in which no client got anywhere, after which nothing more is expected. */
const patienceMs = 30 * 24 * 60 * 60 * 1000

/** What a world is made of. */
export interface WorldSetup {
  readonly app: App
  readonly seed: number
  readonly plan: FaultPlan
  /** Services in the place of the app's own. */
  readonly given: readonly Part[]
  readonly config: Record<string, unknown> | undefined
}

/** A machine that runs one app: its time, its storage, its crashes. Everything in it happens on one thread, in order. */
export class World {
  readonly time = createVirtualTime()
  readonly trace = new Trace(this.time.clock)
  readonly log = memoryLog()
  /** While above zero, port calls go undisturbed. */
  calm = 0
  /** What clients wait for, to be named when nothing can go on. */
  readonly waiting = new Set<string>()
  /** Clients stand still. */
  over = false
  portCalls = 0
  crashes = 0
  faults = 0
  readonly storage = new Storage()
  readonly #setup: WorldSetup
  /** What was opened, to be freed at the end. */
  readonly #opened: Part[] = []
  #lives = 0
  #life: Life | undefined
  #opening: Promise<void> | undefined
  #upAgain: (() => void)[] = []
  #progressMs = this.time.clock.now()

  constructor(setup: WorldSetup) {
    this.#setup = setup
  }

  get plan(): FaultPlan {
    return this.#setup.plan
  }

  /** @throws {Defect} RealPort */
  async open(): Promise<void> {
    const { seed, config, app, given } = this.#setup
    const life = new Life(this, ++this.#lives)
    const definition = disturbed(simulatedDefinition(app, given), life)
    const log: Ports['log'] = { write: (...line) => life.alive && this.log.write(...line) }
    const random = seededRandom(hash(`app ${life.number} of ${seed}`))
    const { clock } = this.time
    life.app = await declare(app.name, definition).open({
      mode: 'development',
      environment: {},
      config,
      ports: { clock, timers: life.timers, random, log, keys: testKeys, intercept: life.intercept },
    })
    this.#opened.push(...life.app.parts)
    this.#life = life
    // What works inside finds its place undisturbed, as opening is.
    await this.calmly(async () => {
      await startInside(life.app!)
      await settled()
    })
    for (const wake of this.#upAgain.splice(0)) wake()
  }

  /** The app, when it is up. */
  async up(): Promise<Life & { readonly app: NonNullable<Life['app']> }> {
    while (!this.#life?.alive) await new Promise<void>((resolve) => this.#upAgain.push(resolve))
    return this.#life as Life & { readonly app: NonNullable<Life['app']> }
  }

  decide(port: string): Decision {
    this.portCalls++
    const decision = this.plan.decide(port)
    if (decision.fault) this.faults++
    return decision
  }

  /** The app is gone, with all that it held in memory; soon it is opened again over what it had stored. */
  crash(where: string): void {
    this.trace.add('crash', where)
    this.crashes++
    this.#life!.kill()
    this.time.timers.after(downtimeMs, () => {
      this.#opening = this.open().then(() => this.trace.add('open', 'the app is up again'))
    })
  }

  /** A client got somewhere. */
  progress(): void {
    this.#progressMs = this.time.clock.now()
  }

  /**
   * Lets the world go on until something has ended.
   *
   * @param outside whether it may wait for something that is not simulated, such as a file
   * @throws an error when it never would
   */
  async drive<Value>(ending: Promise<Value>, { outside = false } = {}): Promise<Value> {
    const { time } = this
    const patientUntil = () => this.#progressMs + patienceMs
    const holdUp = () => {
      const opening = this.#opening
      this.#opening = undefined
      return opening
    }
    if (await drive({ time, holdUp, patientUntil }, ending, outside)) return ending
    throw new Error(`nothing can go on, while ${[...this.waiting].join(' and ') || 'the workload'} still waits`)
  }

  /** Does something without disturbing the app. */
  async calmly<Value>(run: () => Promise<Value>): Promise<Value> {
    this.calm++
    try {
      return await run()
    } finally {
      this.calm--
    }
  }

  /** Ends the world: clients stand still, and everything that any life opened is freed. */
  async close(): Promise<void> {
    this.calm++
    this.over = true
    this.#life?.kill()
    for (const part of this.#opened.toReversed()) await part.stop?.()
  }
}

/** The definition with its services and core's own ports wrapped for one life. */
function disturbed(definition: SimulatedDefinition, life: Life): SimulatedDefinition {
  const parts = definition.parts.map((part) => {
    if (!('provides' in part) || !part.provides) return part
    const { port, service } = part.provides
    const provides = { port, service: wrapService(life, port.name, service) }
    return Object.assign(Object.create(part) as Part, { provides })
  })
  return { ...definition, parts: [...parts, corePorts(life)] }
}

/** Stands last among the parts, so that it gets the ports as the others left them. */
function corePorts(life: Life): Part {
  return {
    kind: { name: 'simulation', compare: () => [] },
    name: 'faults',
    describe: () => null,
    open({ ports: { transactions, idempotency, deadLetters, deployments, cache, rateCounter } }) {
      return {
        transactions: life.drivers > 0 ? transactions : wrapPort(life, 'transactions', transactions),
        idempotency: wrapPort(life, 'idempotency', idempotency),
        deadLetters: wrapPort(life, 'deadLetters', deadLetters),
        deployments: wrapPort(life, 'deployments', deployments),
        cache: wrapPort(life, 'cache', cache),
        rateCounter: wrapPort(life, 'rateCounter', rateCounter),
      }
    },
  }
}
