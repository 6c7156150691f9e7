import type { CommandFacts } from '../command/types.ts'
import type { Json } from '../manifest/json.ts'
import type { Unit } from './transactions.ts'

/** A call from outside as history keeps it: who called what, when, and how it ended. */
export interface CallEntry {
  readonly id: string
  /** When it began. UTC, milliseconds since 1970. */
  readonly at: number
  readonly durationMs: number
  readonly command: string
  readonly tenant: string
  /** Missing for a stranger and for the app's own code. */
  readonly principal?: string
  /** The way it came in; `code` for the app's own code. */
  readonly surface: string
  readonly traceId: string
  /** Code and key of its first error; missing when it succeeded. */
  readonly code?: string
  readonly key?: string
  /** As the caller gave it. What its type marks is masked. */
  readonly input: Json
  /** The whole input, where something in `input` is masked. It is encrypted where it is kept. */
  readonly secret?: Json
}

/** Keeps calls. A part provides it; without one nothing is kept and nothing is measured. */
export interface History {
  /** Whether calls of this command are kept. Asked once, when the command is first called. */
  keeps(command: CommandFacts): boolean
  /** Adds a call to its own unit of work, so that both become durable, or neither. */
  write(unit: Unit, entry: CallEntry): void
  /** Adds a call that wrote nothing, or failed. At once; it becomes durable a little later. */
  add(entry: CallEntry): void
  /** Makes durable what was added. What cannot be written waits on. */
  flush(): Promise<void>
}
