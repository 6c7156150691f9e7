import type { CallOptions } from '../app/app.ts'
import type { Span } from '@opentelemetry/api'
import type { Frame } from '../call/frame.ts'
import type { CommandFacts } from '../command/types.ts'
import { Watched } from './active-calls.ts'
import type { CallObserver } from './call-observer.ts'
import type { Histogram } from './histogram.ts'
import type { Counter } from './metrics.ts'
import type { TraceParent } from './trace-context.ts'
import { endCallSpan, type ToldFailure } from './spans.ts'

/** Calls of one command that came in one way. */
interface Series {
  readonly surface: string
  readonly durations: Histogram | undefined
  readonly failures: Map<string, Counter>
}

/** Counts, times and traces the calls of one command. What a series is called is looked up once. */
export class CallWatch {
  /** Calls that run. */
  inFlight = 0
  readonly #observer: CallObserver
  readonly #command: CommandFacts
  readonly #retries: Counter | undefined
  readonly #series = new Map<string, Series>()
  #last: Series | undefined

  constructor(observer: CallObserver, command: CommandFacts) {
    this.#observer = observer
    this.#command = command
    this.#retries = observer.retries?.of(command.name)
  }

  begin(frame: Frame): void {
    const observer = this.#observer
    const span = observer.tracing && this.#span(frame)
    const watched = new Watched(frame, observer.elapsed(), span)
    frame.watched = watched
    this.inFlight++
    if (frame.caller === undefined) watched.enter(observer.ring)
    if (span) frame.root.recordAs(span.spanContext().traceId)
  }

  end(frame: Frame, failure: ToldFailure | undefined): void {
    const watched = frame.watched!
    frame.watched = undefined
    this.inFlight--
    if (frame.caller === undefined) watched.leave()
    const { metrics, elapsed } = this.#observer
    const retries = frame.attempts - 1 + (frame.policed?.retries ?? 0)
    if (metrics) {
      const series = this.#seriesOf(frame)
      series.durations!.add((elapsed() - watched.startedAt) / 1000)
      if (failure) this.#failuresOf(series, failure.code).add()
      if (retries > 0) this.#retries!.add(retries)
    }
    if (watched.span) endCallSpan(watched.span, failure, retries)
  }

  #span(frame: Frame): Span | undefined {
    const { caller, options } = frame
    const tracing = this.#observer.tracing!
    const around = caller?.watched?.span
    if (caller ? around === undefined : !tracing.samples(options.parent)) return undefined
    const { root } = frame
    const attributes = {
      'heddle.command': this.#command.name,
      'heddle.tenant': root.tenant,
      'heddle.surface': surfaceOf(frame),
      ...(options.as && { 'heddle.principal': options.as.id }),
    }
    return tracing.begin(this.#command.name, 'internal', around ?? parentOf(options), attributes)
  }

  #seriesOf(frame: Frame): Series {
    const surface = surfaceOf(frame)
    if (this.#last?.surface === surface) return this.#last
    let series = this.#series.get(surface)
    if (!series) {
      const durations = this.#observer.durations?.of(this.#command.name, surface)
      this.#series.set(surface, (series = { surface, durations, failures: new Map() }))
    }
    return (this.#last = series)
  }

  #failuresOf({ surface, failures }: Series, code: string): Counter {
    let counter = failures.get(code)
    if (!counter) failures.set(code, (counter = this.#observer.failures!.of(this.#command.name, surface, code)))
    return counter
  }
}

/** A trace id that was given without a span has one made up, so that what is recorded belongs to it. */
function parentOf({ parent, traceId }: CallOptions): TraceParent | undefined {
  if (parent) return parent
  return traceId === undefined ? undefined : { traceId, spanId: traceId.slice(16), sampled: true }
}

/** The way a call came in, as a label: a name that the app declares. */
export const surfaceOf = ({ caller, options }: Frame): string => (caller ? 'command' : (options.surface ?? 'code'))
