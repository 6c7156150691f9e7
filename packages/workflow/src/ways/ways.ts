import type { AnyCommand, Begins } from '@heddle/core'
import { answerApproval } from '../approval/answer-approval.ts'
import { queryRun } from '../query/query-run.ts'
import { updateRun } from '../update/update-run.ts'
import { awaitRun } from './await-run.ts'
import { cancelRun } from './cancel-run.ts'
import { getRun } from './get-run.ts'
import { signalRun } from './signal-run.ts'
import { watchRun } from './watch-run.ts'
import type { WayFacts } from './way-facts.ts'

/** The commands that a workflow brings beside the one that starts it. */
export interface MadeWays extends Begins {
  readonly cancel: AnyCommand
  /** By the names of the signals. */
  readonly signals: Readonly<Record<string, AnyCommand>>
  /** By the names of the approvals, the updates and the queries. */
  readonly approvals: Readonly<Record<string, AnyCommand>>
  readonly updates: Readonly<Record<string, AnyCommand>>
  readonly queries: Readonly<Record<string, AnyCommand>>
}

/** Makes the commands that a workflow brings. */
export function makeWays(way: WayFacts): MadeWays {
  return {
    awaits: awaitRun(way),
    status: getRun(way),
    watch: watchRun(way),
    cancel: cancelRun(way),
    signals: mapped(way.facts.signals, (signal, type) => signalRun(way, signal, type)),
    approvals: mapped(way.facts.approvals, (approval, type) => answerApproval(way, approval, type)),
    updates: mapped(way.facts.updates, (update, type) => updateRun(way, update, type)),
    queries: mapped(way.facts.queries, (query, type) => queryRun(way, query, type)),
  }
}

/** Every command of them. */
export const commandsOf = ({ awaits, status, watch, cancel, ...byName }: MadeWays): readonly AnyCommand[] => [
  awaits,
  status,
  watch,
  cancel,
  ...Object.values(byName).flatMap((made) => Object.values(made)),
]

const mapped = <Type>(types: Readonly<Record<string, Type>>, make: (name: string, type: Type) => AnyCommand) =>
  Object.fromEntries(Object.entries(types).map(([name, type]) => [name, make(name, type)]))
