import type { Histogram, OpenApp, Ports } from '@heddle/core'
import { isHalted } from '../run/halted.ts'
import { endStates, type Run } from '../run/run.ts'
import { reportHalted } from './report-halted.ts'
import { countRuns } from './run-counts.ts'

/** What is measured of an engine beside what it tells. */
export interface Watched {
  readonly app: OpenApp
  readonly ports: Ports
  /** How many runs and jobs this process works on. */
  active(): number
  /** How many runs this process has in its memory. */
  held(): number
}

/** Counts runs where calls are counted, and tells of those that nobody goes on with. */
export class RunWatch {
  readonly #app: OpenApp
  readonly #ports: Ports
  readonly #lag: Histogram | undefined

  constructor({ app, ports, active, held }: Watched) {
    this.#app = app
    this.#ports = ports
    const { metrics } = ports.telemetry
    this.#lag = metrics?.histogram('heddle_timer_lag_seconds', 'From the time of a timer until its run goes on.').of()
    metrics?.gauge('heddle_runs_active', 'Runs and jobs that this process works on.', active)
    metrics?.gauge('heddle_runs_held', 'Runs that this process has in its memory, those that wait among them.', held)
    countRuns({ app, ports })
  }

  /** A run began to be. */
  started({ workflow, state, lane }: Run): void {
    const { metrics } = this.#ports.telemetry
    if (!metrics) return
    metrics.counter('heddle_runs_started_total', 'Runs that were started.', 'workflow').of(workflow).add()
    if (state === 'ready' && lane !== undefined) {
      metrics
        .counter('heddle_runs_queued_total', 'Runs that waited for a turn when they were started.', 'workflow')
        .of(workflow)
        .add()
    }
  }

  /** The time of a run has come. */
  due({ wakeAt }: Run): void {
    if (this.#lag && wakeAt) this.#lag.add(Math.max(0, this.#ports.clock.now() - wakeAt.getTime()) / 1000)
  }

  /** The row of a run was written anew. */
  written(tenant: string, { workflow, state, id, facts }: Run, before: Run): void {
    if (state === before.state) return
    const halts = isHalted(state)
    if (!halts && !endStates.has(state)) return
    const { metrics } = this.#ports.telemetry
    metrics
      ?.counter('heddle_runs_ended_total', 'Runs that ended, or were parked or blocked.', 'workflow', 'state')
      .of(workflow, state)
      .add()
    if (!halts) return
    const halted = { run: id, workflow, state, because: facts.because ?? 'nobody said why', at: facts.at }
    const as = this.#app.self(tenant)
    void this.#app.call(reportHalted, halted, { as, trusted: true, tenant, surface: 'workflow' })
  }
}
