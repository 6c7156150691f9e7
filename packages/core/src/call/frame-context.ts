import type { Span } from '@opentelemetry/api'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { TraceParent } from '../telemetry/trace-context.ts'
import type { Principal } from '../command/access.ts'
import type { Context } from '../command/types.ts'
import type { Severity } from '../error/codes.ts'
import { Defect } from '../error/defect.ts'
import type { Clock } from '../ports/clock.ts'
import type { NewDeadLetter } from '../ports/dead-letters.ts'
import type { Port, PortScope, ServiceOf } from '../ports/port.ts'
import type { Random } from '../ports/random.ts'
import { sleep } from '../ports/timers.ts'
import type { Unit } from '../ports/transactions.ts'
import type { Progress } from './context.ts'
import type { Frame } from './frame.ts'
import { logFields } from './log-fields.ts'
import { outgoingKey } from './outgoing-key.ts'
import { callScrubber } from './secrets.ts'

/** The context of one frame: what its body, hooks and ports may know and do. Made when it is first asked for. */
export class FrameContext implements Context, PortScope {
  readonly #frame: Frame
  readonly #services = new Map<Port, unknown>()

  constructor(frame: Frame) {
    this.#frame = frame
  }

  get command(): string {
    return this.#frame.command.name
  }
  get principal(): Principal | undefined {
    return this.#frame.options.as ?? undefined
  }
  get tenant(): string {
    return this.#frame.root.tenant
  }
  get idempotencyKey(): string | undefined {
    const { idempotencyKey, companion } = this.#frame.options
    return idempotencyKey ?? companion?.key
  }
  get credentials(): string | undefined {
    return this.#frame.options.credentials
  }
  get outgoingKey(): string | undefined {
    return outgoingKey(this.#frame)
  }
  get tellsProgress(): boolean {
    return this.#frame.options.onProgress !== undefined
  }
  get deadline(): number | undefined {
    return this.#frame.lifetime?.deadline
  }
  get signal(): AbortSignal {
    return this.#frame.live().signal
  }
  get clock(): Clock {
    return this.#frame.root.ports.clock
  }
  get random(): Random {
    return this.#frame.root.ports.random
  }
  get traceId(): string {
    return this.#frame.root.traceId
  }
  get span(): Span | undefined {
    return this.#frame.watched?.span
  }
  get parent(): TraceParent | undefined {
    return this.#frame.options.parent ?? undefined
  }
  get telemetry(): Telemetry {
    return this.#frame.root.ports.telemetry
  }
  get asked(): unknown {
    return this.#frame.asked
  }
  get unit(): Unit {
    this.#frame.assertOpen()
    return this.#frame.work.unit
  }

  newId(): string {
    return this.#frame.root.newId()
  }

  afterCommit(run: () => void): void {
    ;(this.#frame.root.afterwards ??= []).push(run)
  }

  keepLetter(letter: NewDeadLetter): void {
    const { deadLetters } = this.#frame.root.ports
    if (deadLetters.addWithin) deadLetters.addWithin(this.unit, [letter])
    else this.afterCommit(() => void deadLetters.add([letter]))
  }

  use<P extends Port>(port: P): ServiceOf<P> {
    const frame = this.#frame
    frame.assertOpen()
    if (!frame.runner.uses.has(port)) throw new Defect('UndeclaredUse', { command: this.command, port: port.name })
    let service = this.#services.get(port)
    if (service === undefined) {
      service = port.bind ? port.bind(this) : frame.runner.engine.services.get(port)
      this.#services.set(port, service)
    }
    if (port.external) frame.root.effects++
    return service as ServiceOf<P>
  }

  log(severity: Severity, message: string, fields?: Record<string, unknown>): void {
    const { root, options, command } = this.#frame
    const { log } = root.ports
    const isWritten = log.levels?.allows(severity, command.domain) !== false
    // What nobody reads is not looked through for what is secret.
    if (!isWritten && !options.onLog) return
    const own = logFields(this.#frame)
    const scrubber = callScrubber(this.#frame)
    const text = scrubber ? scrubber.text(message) : message
    const told = { ...own, ...(scrubber ? scrubber.fields(fields) : fields) }
    if (isWritten) log.write(severity, text, told)
    options.onLog?.({ severity, message: text, fields: told })
  }

  progress(progress: Progress): void {
    this.#frame.options.onProgress?.(progress)
  }

  sleep(delayMs: number): Promise<void> {
    return sleep(this.#frame.root.ports.timers, delayMs, this.signal)
  }

  /** Forgets services, which were bound to the unit of an attempt that was lost. */
  reset(): void {
    this.#services.clear()
  }
}
