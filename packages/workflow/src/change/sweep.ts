import { CommitConflict, type Timers } from '@heddle/core'
import type { Engine } from '../engine/engine.ts'
import type { Run, StoredRun } from '../run/run.ts'
import { halted, readied } from '../run/states.ts'
import { codeFor, type RunCode } from './code.ts'
import { type Fit, replayRun } from './fit.ts'
import { openRuns } from './open-runs.ts'
import { olderCode } from './older-code.ts'
import { shapeOf } from './shape.ts'

/**
 * Looks once at all open runs of workflows whose code has changed. Of those that have gone the same way one is replayed. Where
 * it does not fit, each of them is, and those that do not fit are blocked; those that were blocked and fit now go on.
 */
export class Sweep {
  readonly #engine: Engine
  readonly #code: RunCode
  readonly #fits = new Map<string, Fit>()
  readonly #done: Promise<void>
  #stopped = false

  constructor(engine: Engine, code: RunCode, workflows: readonly string[]) {
    this.#engine = engine
    this.#code = code
    this.#done = this.#look(workflows).catch((thrown: unknown) => {
      const reason = String((thrown as Error).message)
      engine.ports.log.write('warning', 'open runs could not be held against the new code', { reason })
    })
  }

  /** Looks at nothing more. What it has not seen finds out for itself when it is taken up. */
  stop(): Promise<void> {
    this.#stopped = true
    return this.#done
  }

  async #look(workflows: readonly string[]): Promise<void> {
    const { store, ports } = this.#engine
    for (const workflow of workflows) {
      const counts = { blocked: 0, released: 0 }
      for await (const stored of openRuns(store, workflow)) {
        if (this.#stopped) return
        const change = await this.#changeOf(stored)
        if (change && (await this.#write(stored, change))) counts[change.state === 'blocked' ? 'blocked' : 'released']++
      }
      const { blocked, released } = counts
      const fields = { workflow, blocked, released }
      if (blocked > 0) {
        const them = blocked === 1 ? `1 open run of ${workflow} is` : `${blocked} open runs of ${workflow} are`
        ports.log.write('error', `${them} blocked: this code does not fit ${blocked === 1 ? 'it' : 'them'}`, fields)
      }
      if (released > 0) {
        const them = released === 1 ? `1 blocked run of ${workflow} goes` : `${released} blocked runs of ${workflow} go`
        ports.log.write('info', `${them} on`, fields)
      }
    }
  }

  /** What becomes of the row of a run; undefined where it stays as it is. */
  async #changeOf(stored: StoredRun): Promise<Run | undefined> {
    const { run, tenant } = stored
    if (!mayChange.has(run.state)) return undefined
    const fit = await this.#fitOf(stored)
    if (!fit.ok) return run.state === 'blocked' ? undefined : halted(run, 'blocked', fit.because, fit.misfits[0]?.key)
    if (run.state !== 'blocked') return undefined
    return {
      ...readied(tenant, run, this.#engine.ports.clock.now()),
      facts: { ...run.facts, because: undefined, at: undefined },
    }
  }

  async #fitOf(stored: StoredRun): Promise<Fit> {
    const { tenant, run } = stored
    const workflow = this.#code.workflows.get(run.workflow)
    if (!workflow) return { ok: false, because: `no code for ${run.workflow} in this app`, misfits: [] }
    const { store, ports } = this.#engine
    const { entries } = await store.journal(tenant, run.id)
    const key = JSON.stringify([run.workflow, run.version, shapeOf(entries)])
    const known = this.#fits.get(key)
    if (known?.ok) return known
    // Where others like it do not fit, it is not waited long for what a body does beside its steps.
    const hasty = known ? { ...ports, timers: soon(ports.timers) } : ports
    const newest = await replayRun(codeFor(workflow, run), { stored, entries }, hasty)
    const kept = newest.ok ? undefined : await olderCode(workflow, run.version, this.#code.history)
    const fit = kept ? await replayRun(kept, { stored, entries }, ports) : newest
    if (!known) this.#fits.set(key, fit)
    return fit
  }

  async #write({ tenant, version, run: { id, workflow } }: StoredRun, next: Run): Promise<boolean> {
    const engine = this.#engine
    try {
      await engine.store.commit(
        tenant,
        [engine.store.updateRun(next, version, engine.isMarked(workflow))],
        engine.fences(),
      )
    } catch (thrown) {
      // Somebody has taken it up meanwhile, and finds out.
      if (thrown instanceof CommitConflict) return false
      throw thrown
    }
    await engine.poke(tenant, id)
    return true
  }
}

/** Those that a worker has find out by themselves; those that an operator stopped stay so. */
const mayChange: ReadonlySet<string> = new Set(['ready', 'waiting', 'blocked'])

const soon = (timers: Timers): Timers => ({ after: (_delayMs, fire, options) => timers.after(0, fire, options) })
