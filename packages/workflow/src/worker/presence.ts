import { Failure, type LeaseProof, type Ports } from '@heddle/core'
import { recoverRuns, workersOf } from '../engine/recovery.ts'
import type { RunWriter } from '../engine/run-writer.ts'
import type { RunStore } from '../run/run-store.ts'
import { beginWork, outlive, type Worker } from './worker.ts'

/** What the presence of a process needs of the engine. */
export interface PresenceHost {
  readonly store: RunStore
  readonly ports: Ports
  readonly writer: RunWriter
  /** How long it may be silent before others go on with its runs, in milliseconds. */
  readonly leaseMs: number
  /** How often a process may die with a run that gets no further. */
  readonly deaths: number
  /** Begins to take runs. */
  took(): void
  /** Drops everything that it has: others may go on with it. */
  dropped(): void
  /** There may be runs that are ready. */
  look(): void
}

/** This process among those that work on runs: under which name it does, and what becomes of those that are dead. */
export class Presence {
  readonly #host: PresenceHost
  #worker: Worker | undefined
  #stopLooking = () => {}

  constructor(host: PresenceHost) {
    this.#host = host
  }

  /** Under which name runs are this process's. */
  get id(): string {
    return this.#worker?.id ?? ''
  }

  get fences(): readonly LeaseProof[] {
    return this.#worker?.fences ?? []
  }

  /** Begins to work under a new name, and takes up what dead processes left. */
  async begin(): Promise<void> {
    const { store, ports, leaseMs } = this.#host
    const worker = await beginWork(store.database, ports, leaseMs, () => void this.#lost(worker))
    this.#worker = worker
    this.#host.took()
    await this.recover()
    this.#host.look()
    if (!worker.isAlone) this.#lookAgain(worker)
  }

  stop(): void {
    this.#stopLooking()
  }

  async end(): Promise<void> {
    await this.#worker?.release().catch(() => undefined)
    this.#worker = undefined
  }

  /** Makes runs ready whose worker is dead. */
  async recover(): Promise<void> {
    const { store, ports, leaseMs, writer, deaths } = this.#host
    const shared = { store, writer, deaths, now: () => ports.clock.now() }
    for await (const other of workersOf(store)) {
      if (other === this.id) continue
      const proof = this.#worker!.isAlone ? [] : await outlive(store.database, this.id, other, leaseMs)
      if (!proof) continue
      try {
        await recoverRuns({ ...shared, fences: () => [...this.fences, ...proof] }, other)
      } catch (thrown) {
        // It took so long that somebody else goes on with what is left, or that this process begins anew itself.
        if (!(thrown instanceof Failure) || thrown.code !== 'LeaseLost') throw thrown
      }
      this.#host.look()
    }
  }

  /** It begins anew under another name. */
  async #lost(worker: Worker): Promise<void> {
    if (this.#worker !== worker) return
    this.#host.ports.log.write('warning', 'the lease of this worker is lost: it begins anew', { worker: worker.id })
    this.#stopLooking()
    this.#host.dropped()
    await this.#beginAgain()
  }

  async #beginAgain(): Promise<void> {
    const { ports, leaseMs } = this.#host
    try {
      await this.begin()
    } catch (thrown) {
      ports.log.write('warning', 'this worker cannot begin anew yet', { reason: String(thrown) })
      this.#stopLooking = ports.timers.after(leaseMs / 3, () => void this.#beginAgain(), { background: true })
    }
  }

  #lookAgain(worker: Worker): void {
    const { ports, leaseMs } = this.#host
    const look = async () => {
      try {
        await this.recover()
        this.#host.look()
      } catch (thrown) {
        ports.log.write('warning', 'runs of dead workers could not be looked for', { reason: String(thrown) })
      }
      if (this.#worker === worker) this.#lookAgain(worker)
    }
    this.#stopLooking = ports.timers.after(leaseMs / 3, () => void look(), { background: true })
  }
}
