import type { CommandFacts } from '../command/types.ts'
import { stopwatchOf } from '../ports/clock.ts'
import type { Ports } from '../ports/ports.ts'
import { type ActiveCall, framesIn, Watched } from './active-calls.ts'
import { CallWatch, surfaceOf } from './call-watch.ts'
import type { Histogram } from './histogram.ts'
import type { Counter, Family, Metrics } from './metrics.ts'
import type { Tracing } from './tracing.ts'

/** Whether anybody wants to know of calls. */
export const isObserved = ({ telemetry: { metrics, tracing } }: Ports): boolean =>
  metrics !== undefined || tracing !== undefined

/** Watches the calls of one open app. An app of which nobody wants to know anything has none. */
export class CallObserver {
  readonly metrics: Metrics | undefined
  readonly tracing: Tracing | undefined
  /** Milliseconds since some moment. */
  readonly elapsed: () => number
  readonly durations: Family<Histogram> | undefined
  readonly failures: Family<Counter> | undefined
  readonly retries: Family<Counter> | undefined
  /** The outermost calls that run. */
  readonly ring = new Watched()
  readonly #refused: Family<Counter> | undefined
  readonly #watches = new Map<string, CallWatch>()

  constructor({ clock, telemetry: { metrics, tracing } }: Ports) {
    this.metrics = metrics
    this.tracing = tracing
    this.elapsed = stopwatchOf(clock)
    if (!metrics) return
    this.durations = metrics.histogram('heddle_call_duration_seconds', 'How long calls took.', 'command', 'surface')
    const failures = ['command', 'surface', 'code']
    this.failures = metrics.counter(
      'heddle_call_failures_total',
      'Calls that failed, by their first error.',
      ...failures,
    )
    this.retries = metrics.counter('heddle_call_retries_total', 'Attempts after the first one.', 'command')
    this.#refused = metrics.counter('heddle_calls_refused_total', 'Calls that never began.', 'code')
    metrics.gauge('heddle_calls_in_flight', 'Calls that run.', () =>
      [...this.#watches].map(([command, { inFlight }]) => [{ command }, inFlight]),
    )
    metrics.gauge('heddle_units_open', 'Units of work of calls that run.', () => {
      let open = 0
      for (const { unit } of framesIn(this.ring)) if (unit) open++
      return open
    })
  }

  watch(command: CommandFacts): CallWatch {
    let watch = this.#watches.get(command.name)
    if (!watch) this.#watches.set(command.name, (watch = new CallWatch(this, command)))
    return watch
  }

  refused(code: string): void {
    this.#refused?.of(code).add()
  }

  /** The outermost calls that run, the oldest first. */
  active(): ActiveCall[] {
    const now = this.elapsed()
    return Array.from(framesIn(this.ring), (frame) => ({
      command: frame.command.name,
      ageMs: now - frame.watched.startedAt,
      tenant: frame.root.tenant,
      traceId: frame.root.traceId,
      surface: surfaceOf(frame),
      principal: frame.options.as?.id,
      hasUnit: frame.unit !== undefined,
    }))
  }
}
