import { castInput, fitsOutput, systemFailure } from '@heddle/core'
import type { WorkflowFacts } from '../define/types.ts'
import type { Run } from '../run/run.ts'
import type { Ending } from './ending.ts'

/** A place at which code does not fit a journal. */
export type Misfit =
  /** It asks for something else under a key. */
  | { readonly kind: 'changed'; readonly key: string; readonly recorded: string; readonly asked: string }
  /** It no longer asks for what is recorded. */
  | { readonly kind: 'missing'; readonly key: string }
  /** It asks for what is recorded only after what was recorded later. */
  | { readonly kind: 'reordered'; readonly key: string; readonly first: string }
  /** It asks for something new before what is recorded. */
  | { readonly kind: 'added'; readonly key: string; readonly first: string }

/** What a misfit is told as, of one run. */
export function misfitText(misfit: Misfit, run: { readonly id: string; readonly workflow: string }): string {
  const where = { run: run.id, workflow: run.workflow, key: misfit.key }
  if (misfit.kind === 'changed') {
    return systemFailure('StepChanged', { ...where, recorded: misfit.recorded, asked: misfit.asked }).message
  }
  if (misfit.kind === 'missing') return systemFailure('StepMissing', where).message
  return systemFailure('StepReordered', { ...where, first: misfit.first }).message
}

/** Whether what a run was started with is no longer of the type of the workflow's input. */
export function inputMisfit({ input }: Pick<WorkflowFacts, 'input'>, run: Run): Misfit | undefined {
  if (fitsOutput(input, castInput(input, run.input, 'json'))) return undefined
  return { kind: 'changed', key: 'input', recorded: 'an input', asked: 'an input of another type' }
}

/** How a run ends here whose journal does not fit its code. */
export function blockedBy(misfits: readonly Misfit[], run: Pick<Run, 'id' | 'workflow'>): Ending {
  const [first] = misfits
  const more = misfits.length > 1 ? ` (and ${misfits.length - 1} more)` : ''
  return { kind: 'blocked', because: misfitText(first!, run) + more, at: first!.key, misfits }
}
