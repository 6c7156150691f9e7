/** One way of doing the work of a case: ours or a peer's. Each is a small file that exports one as `contender`. */
export interface Contender<Input = unknown> {
  /**
   * Prepares everything that is not part of the measured work.
   *
   * @param operations how many calls will be measured; as many or fewer come before them to warm up
   */
  open(operations: number): Promise<Opened<Input>>
}

/** A contender that is ready to work. */
export interface Opened<Input = unknown> {
  /** The measured work. What it gives back is checked outside the measured time. */
  call(input: Input): unknown
  /** Translates what `call` gave into the answer that all contenders of a group must give. */
  answer(given: never): unknown
  /** Does the measured work where whoever asks for it is another process, e.g. the client of a server. */
  drive?(operations: number): Promise<void>
  /**
   * CPU time in nanoseconds that the work has cost so far, where it is not that of this process alone: what it grows by
   * is measured.
   */
  cpuNs?(): number
  /** What else the measured work told, e.g. the median time of a call in nanoseconds: asked after it. */
  figures?(): Readonly<Record<string, number>>
  close?(): Promise<void> | void
}

/** Contenders that do the same work on the same inputs, measured in interleaved rounds. */
export interface Group {
  readonly name: string
  /** The inputs; the work goes round and round through them. */
  readonly inputs: readonly unknown[]
  /** What `answer` must be for an input. */
  expected(input: unknown): unknown
  /** Inputs that are not measured but that every contender must answer the same way, e.g. to show that it does check. */
  readonly controls?: readonly { readonly input: unknown; readonly expected: unknown }[]
  /** How many calls are in flight at once. @default 1 */
  readonly inFlight?: number
  /** How many rounds, in full and with `--quick`, where one takes long or tells what no other would. @default [5, 3] */
  readonly rounds?: readonly [full: number, quick: number]
  /** It takes so long that `--quick` leaves it out, unless one of its cases is named. @default false */
  readonly long?: boolean
  /** File of each contender, and how many operations of it are measured in a round. */
  readonly contenders: Readonly<Record<string, { readonly file: string; readonly operations: number }>>
  /**
   * Done once before the group's first round, e.g. building what is measured, or starting a server. Gives the way to end
   * it, where there is something to end.
   */
  prepare?(): Promise<(() => Promise<void>) | void>
}

/** Two contenders of a group, and the ratio (the peer's cost / ours) that must be reached. */
export interface Case {
  readonly name: string
  readonly group: string
  readonly ours: string
  readonly peer: string
  readonly minimum: number
}

/** A growth case: what is held after few and after many operations. */
export interface MemoryCase {
  readonly name: string
  readonly group: string
  readonly contender: string
  readonly operations: readonly [few: number, many: number]
  readonly minimum: number
}

/** Figures beside the cost, each a line of its own: `--case` names them together. */
export interface FigureCase {
  readonly name: string
  readonly group: string
  readonly figures: readonly Figure[]
}

/** One of the figures that a contender tells. Smaller is better. */
export interface Figure {
  readonly name: string
  readonly contender: string
  readonly figure: string
  readonly unit: Measured['unit']
  /** The limit that it must keep, or the contender that tells the same figure. */
  readonly peer: number | string
  readonly minimum: number
}

/** A suite: `bench/suites/<name>/suite.ts` exports one as `suite`. */
export interface Suite {
  readonly name: string
  readonly groups: readonly Group[]
  readonly cases: readonly Case[]
  readonly memory?: readonly MemoryCase[]
  readonly figures?: readonly FigureCase[]
}

/** What the process of one contender reports for one round. */
export interface Round {
  /** CPU time of the whole process per operation, nanoseconds. */
  readonly cpuNs: number
  /** Wall time / CPU time: above 2, the process waited for the machine and not for itself. */
  readonly starved: number
  /** Bytes on the heap after the work and a garbage collection, when asked for. */
  readonly heapBytes?: number
  readonly figures?: Readonly<Record<string, number>>
}

/** A round, or why there is none. */
export type RoundReport = Round | { readonly skipped: string } | { readonly failed: string }

/** One line of the report. */
export interface Measured {
  readonly suite: string
  readonly case: string
  readonly ours: number
  readonly peer: number
  readonly ratio: number
  readonly unit: 'ns' | 'bytes'
  readonly rounds: number
  /** Quartiles of ours and the peer's, for the table. */
  readonly quartiles: { readonly ours: readonly [number, number]; readonly peer: readonly [number, number] }
  readonly minimum: number
}
