import type { Log, Ports } from '@heddle/core'
import { Execution, type ExecutionHost } from '../body/execution.ts'
import { inputMisfit, type Misfit, misfitText } from '../body/misfit.ts'
import { runBody } from '../body/run-body.ts'
import type { WorkflowFacts } from '../define/types.ts'
import type { Entry, StoredRun } from '../run/run.ts'

/** A run with its journal, as it was read. */
export interface History {
  readonly stored: StoredRun
  readonly entries: readonly Entry[]
  /** What is marked in it was replaced, so that types do not say anything. */
  readonly isMasked?: boolean
}

/** Whether code fits what a run has recorded. */
export type Fit =
  | { readonly ok: true }
  | { readonly ok: false; readonly because: string; readonly misfits: readonly Misfit[] }

/**
 * Goes through the journal of a run with the code of a workflow. Nothing is called, written or waited for: what is recorded
 * is answered from the journal, and the first thing that is not ends it.
 */
export async function replayRun(
  facts: WorkflowFacts,
  { stored, entries, isMasked }: History,
  ports: Ports,
): Promise<Fit> {
  const refused = isMasked ? undefined : inputMisfit(facts, stored.run)
  if (refused) return { ok: false, because: misfitText(refused, stored.run), misfits: [refused] }
  if (entries.length === 0) return { ok: true }
  const execution = new Execution(dryHost(ports), facts, stored, { entries, last: entries.length - 1 })
  const over = runBody(execution, { ...ports, log: silent }).then((ending) => execution.stop(ending))
  over.catch(() => undefined)
  // Also where the body waits for something that is no step before it asks for any.
  void execution.replayed()
  const ending = await execution.ending
  if (ending.kind === 'blocked') return { ok: false, because: ending.because, misfits: ending.misfits ?? [] }
  if (ending.kind === 'parked') return { ok: false, because: ending.because, misfits: [] }
  return { ok: true }
}

/** What belongs to the engine is never asked for: the journal holds back whatever is not recorded. */
const dryHost = (ports: Ports): ExecutionHost => ({ ports, isDry: true, worker: '', fences: () => [] }) as never

const silent: Log = { write: () => undefined }
