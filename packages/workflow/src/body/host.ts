import type { AnyCommand, AnyFailure, LeaseProof, Maybe, Outcome, Ports } from '@heddle/core'
import type { Write } from '@heddle/data'
import type { StoredRun } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import type { Execution } from './execution.ts'
import type { StepCall } from './step-call.ts'

/** What an execution asks of the engine that runs it. */
export interface ExecutionHost {
  readonly store: RunStore
  readonly ports: Ports
  /** Whether nothing may happen: the journal is gone through, and that is all. */
  readonly isDry?: boolean
  /** The process that runs it, and what proves that it still may. */
  readonly worker: string
  fences(): readonly LeaseProof[]
  /** Calls a command as a step. */
  callStep(execution: Execution, command: AnyCommand, input: unknown, call: StepCall): Promise<AnyOutcome>
  /** Something waits: the execution has to be woken in time, and may rest when all of it does. */
  idle(execution: Execution): void
  readonly relatives: RelativeRuns
}

/** Other runs, as an execution may touch them. */
export interface RelativeRuns {
  /** Runs of the tenant, each with those that go on from it followed. */
  read(tenant: string, ids: readonly string[]): Promise<ReadonlyMap<string, StoredRun>>
  /** The writes that start a run as a part of another, and what begins it once they are durable. */
  start(parent: StoredRun, key: string, workflow: string, id: string, input: unknown): Maybe<ChildStart>
  /** Asks another run of the tenant to end. */
  cancel(tenant: string, id: string): Promise<void>
}

/** How a call ended. */
export type AnyOutcome = Outcome<unknown, AnyFailure>

export interface ChildStart {
  readonly writes: readonly Write[]
  begin(): void
}
