import type { CommandFacts } from '../command/types.ts'
import type { CallEntry, History } from '../ports/history.ts'
import { stopwatchOf } from '../ports/clock.ts'
import { holdsAnnotation } from '../schema/annotate/annotate.ts'
import { mask } from '../schema/annotate/mask.ts'
import { toJson } from '../schema/to-json.ts'
import type { Engine } from './engine.ts'
import type { Frame } from './frame.ts'
import type { Stage } from './stages.ts'

/** What is remembered of a call until it is kept. */
export interface KeptCall {
  readonly at: number
  readonly startedAt: number
  /** Set once its entry is in its unit of work. */
  id: string | undefined
}

/** The stages that keep the calls of a command in the history of the app. */
export interface KeepStages {
  /** First of all, for calls from outside. */
  readonly begin: readonly Stage[]
  /** Just before the commit. */
  readonly commit: readonly Stage[]
  /** When the call has ended. */
  readonly end: readonly Stage[]
}

const nothing: KeepStages = { begin: [], commit: [], end: [] }

/** Lays out the stages; none where the app keeps no history of the command. */
export function keepStages({ ports }: Engine, command: CommandFacts): KeepStages {
  const { history, clock } = ports
  if (!history?.keeps(command)) return nothing
  const elapsed = stopwatchOf(clock)
  return {
    begin: [(frame) => void (frame.kept = { at: clock.now(), startedAt: elapsed(), id: undefined })],
    commit: [(frame) => keepWithWrites(frame, history, elapsed)],
    end: [(frame) => keepAtEnd(frame, history, elapsed)],
  }
}

/** A call that writes is kept with what it writes. */
function keepWithWrites(frame: Frame, history: History, elapsed: () => number): void {
  const { kept, unit } = frame
  if (kept === undefined || !unit?.waits) return
  const entry = entryOf(frame, kept, elapsed)
  kept.id = entry.id
  history.write(unit, entry)
}

/** One whose commit failed is kept under the same id, in case that the commit was made and nobody heard of it. */
function keepAtEnd(frame: Frame, history: History, elapsed: () => number): void {
  const { kept, outcome } = frame
  if (kept === undefined || (kept.id !== undefined && outcome!.ok)) return
  history.add(entryOf(frame, kept, elapsed))
}

function entryOf(frame: Frame, kept: KeptCall, elapsed: () => number): CallEntry {
  const { root, options, command, outcome } = frame
  const type = command.input
  // Who was refused before the check never had an input.
  const given = frame.asked ?? frame.input
  const failure = outcome?.ok === false ? outcome.errors[0] : undefined
  return {
    id: kept.id ?? root.newId(),
    at: kept.at,
    durationMs: elapsed() - kept.startedAt,
    command: command.name,
    tenant: root.tenant,
    surface: options.surface ?? 'code',
    traceId: root.traceId,
    input: toJson(mask(type, given, 'input')),
    ...(options.as && { principal: options.as.id }),
    ...(failure && { code: failure.code, key: failure.key }),
    ...(holdsAnnotation(type) && { secret: toJson(given) }),
  }
}
