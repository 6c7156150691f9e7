import type { Principal } from '../command/access.ts'
import type { Span } from '@opentelemetry/api'
import type { Telemetry } from '../telemetry/telemetry.ts'
import type { TraceParent } from '../telemetry/trace-context.ts'
import type { Clock } from '../ports/clock.ts'
import type { Random } from '../ports/random.ts'
import type { Severity } from '../error/codes.ts'

/** How far a long command is. */
export interface Progress {
  readonly done: number
  /** Unknown when missing. */
  readonly total?: number
  readonly message?: string
}

/** What a body, hook or rule may know of its call. */
export interface CallContext {
  /** Full name of the command that runs. */
  readonly command: string
  /** Undefined for a stranger, and for calls from the app's own code. */
  readonly principal: Principal | undefined
  readonly tenant: string
  /** What the caller showed to be known by; undefined where its surface does not tell. Secret. */
  readonly credentials: string | undefined
  readonly idempotencyKey: string | undefined
  /**
   * The idempotency key to call another system with: the same where this call is made again, and another one for each
   * further call of the same command. Undefined where the call has no key.
   */
  readonly outgoingKey: string | undefined
  /** Whether its caller listens to how far it is. */
  readonly tellsProgress: boolean
  /** UTC, milliseconds since 1970. */
  readonly deadline: number | undefined
  /** Aborts when the caller cancels or the deadline passes. */
  readonly signal: AbortSignal
  readonly clock: Clock
  readonly random: Random
  /** W3C trace id, 32 hexadecimal digits: in every log line and in `Internal`. */
  readonly traceId: string
  /** The OpenTelemetry span of this command, to set attributes and add events; undefined where none is recorded. */
  readonly span: Span | undefined
  /** The span that the whole call comes from, as its caller told it. */
  readonly parent: TraceParent | undefined
  /** What is observed in this app, e.g. to count something of one's own. */
  readonly telemetry: Telemetry
  /** Makes a UUIDv7. */
  newId(): string
  log(severity: Severity, message: string, fields?: Record<string, unknown>): void
  /** Tells the caller how far the command is, on every surface. */
  progress(progress: Progress): void
  /** Waits in the app's time; ends early with the signal's reason when the call is cancelled. */
  sleep(delayMs: number): Promise<void>
}
