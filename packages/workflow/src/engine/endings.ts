import {
  CommitConflict,
  isPromise,
  type Json,
  type KeptOutcome,
  type LeaseProof,
  outcomeFromKept,
  type Ports,
  uuidV7,
} from '@heddle/core'
import type { Ending } from '../body/ending.ts'
import type { Execution } from '../body/execution.ts'
import type { AnyOutcome } from '../body/host.ts'
import { unopened } from '../value/far.ts'
import type { Run } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import { halted, over, readied } from '../run/states.ts'
import type { NewRun } from './new-run.ts'
import { pauseMs } from '../body/pause.ts'
import type { RunWriter } from './run-writer.ts'

/** How often a run is begun anew in vain, with growing pauses, before it is parked (limit `runs.attempts`). */
const attemptLimit = 20

/** What the ends of executions need of the engine. */
export interface EndingsHost {
  readonly ports: Ports
  readonly store: RunStore
  readonly writer: RunWriter
  /** Tells those who wait for the outcome of a run, or that it goes on in another. */
  tell(run: string, outcome: AnyOutcome): void
  follow(run: string, next: string): void
  newRun(asked: NewRun): Run
  begun(tenant: string, run: Run): void
  isMarked(workflow: string): boolean
  /** A run may be taken up by whoever has room. */
  free(run: Run): void
}

/** Who has a run, and what proves it. */
export interface Owner {
  readonly worker: string
  readonly fences: readonly LeaseProof[]
}

/** Writes down how executions ended, when nothing of them is on its way any more. */
export class Endings {
  readonly #host: EndingsHost

  constructor(host: EndingsHost) {
    this.#host = host
  }

  /** @returns why it could not be written, and the run must be looked at again */
  async end(execution: Execution, ending: Ending): Promise<string | undefined> {
    const quiet = execution.quiet()
    if (quiet) await quiet
    try {
      if (ending.kind === 'outcome') await this.#conclude(execution, ending.outcome, ending.cancelled)
      else await this.#write(execution, ending)
      return undefined
    } catch (thrown) {
      // It is somebody else's by now, and he says what becomes of it.
      return thrown instanceof CommitConflict ? undefined : String((thrown as Error).message)
    }
  }

  /** How it ended, once that is durable for those who wait for it. */
  async #conclude(execution: Execution, outcome: AnyOutcome, cancelled: boolean): Promise<void> {
    const { writer, ports, store } = this.#host
    const { stored, fences } = execution
    const { id, workflow } = stored.run
    const state = outcome.ok ? 'succeeded' : cancelled ? 'cancelled' : 'failed'
    const keeping = store.values.keepOutcome(stored.tenant, outcome, this.#host.isMarked(workflow))
    const kept = isPromise(keeping) ? await keeping : keeping
    await writer.own(stored, (run) => over(run, state, kept, ports.clock.now()), fences)
    this.#host.tell(id, unopened(kept)?.files.length ? await this.#reread(execution, kept) : outcome)
  }

  async #write(execution: Execution, ending: Exclude<Ending, { kind: 'outcome' }>): Promise<void> {
    const { writer, ports } = this.#host
    const { stored, fences } = execution
    const { id, workflow } = stored.run
    if (ending.kind === 'continued') await this.#continue(execution, ending.input)
    else if (ending.kind === 'left') await this.letGo(stored.tenant, id, execution.row, ending.trouble)
    else if (ending.kind !== 'lost') {
      const { kind, because, at } = ending
      await writer.own(stored, (run) => halted(run, kind, because, at), fences)
      ports.log.write('warning', `the run ${id} of ${workflow} is ${kind}: ${because}`, { run: id, at })
    }
  }

  /** An outcome whose files can be read by whoever gets it. */
  async #reread({ facts, stored }: Execution, kept: Json): Promise<AnyOutcome> {
    const opened = await this.#host.store.values.open(stored.tenant, kept)
    return outcomeFromKept(facts, opened as unknown as KeptOutcome)
  }

  async #continue({ stored, facts, fences }: Execution, input: unknown): Promise<void> {
    const { ports, store, writer } = this.#host
    const { tenant, run } = stored
    const { priority, fairness, isUnlisted } = run.facts
    const id = uuidV7(ports.clock, ports.random)
    const next = this.#host.newRun({
      ...run,
      tenant,
      id,
      version: facts.version,
      input: await store.values.keep(tenant, input, facts.isMarked),
      facts: { priority, fairness, isUnlisted, continues: run.id },
    })
    const nothing = { ok: true, value: null } as unknown as Json
    const ended = (now: Run) => over(now, 'succeeded', nothing, ports.clock.now())
    await writer.own(stored, (now) => ({ ...ended(now), facts: { ...ended(now).facts, continuedAs: id } }), fences, [
      store.insertRun(next, this.#host.isMarked(next.workflow)),
    ])
    this.#host.follow(run.id, id)
    this.#host.begun(tenant, next)
  }

  /**
   * Takes the worker out of the row. It is its own to take out: as long as it stands there, nobody else takes the run up,
   * also when an operator has made something else of it meanwhile.
   */
  async letGo(tenant: string, id: string, { worker, fences }: Owner, trouble: string | undefined): Promise<void> {
    const { store, writer, ports } = this.#host
    const found = await store.read(tenant, id)
    if (!found) return
    // It rests, or somebody else has it: what it waits for may have come all the same.
    if (found.run.worker !== worker) return this.#host.free(found.run)
    const { run } = await writer.own(found, (now) => this.#released(tenant, now, trouble), fences)
    if (trouble !== undefined) {
      ports.log.write('warning', `the run ${id} of ${run.workflow} could not go on`, { run: id, trouble })
    }
    this.#host.free(run)
  }

  #released(tenant: string, run: Run, trouble: string | undefined): Run {
    if (run.state !== 'running') return { ...run, worker: undefined }
    const now = this.#host.ports.clock.now()
    const ready = readied(tenant, run, now)
    if (trouble === undefined) return ready
    const attempts = (run.facts.attempts ?? 0) + 1
    if (attempts >= attemptLimit) return halted(run, 'parked', `it could not go on ${attempts} times: ${trouble}`)
    const wakeAt = new Date(now + pauseMs('later', attempts))
    return { ...ready, lane: undefined, rank: undefined, wakeAt, facts: { ...run.facts, attempts } }
  }
}
