import type { Mode } from '../kinds/mode.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { isJob } from '../plan/stream-fields.ts'
import { walkSteps } from './walk-steps.ts'

/**
 * What a plan becomes: a job where it has a source; else a command where every step can stand in one, else a workflow. Where
 * no mode takes every step, the step that rules out the last one is told.
 */
export function modeOf(plan: Plan, tell: (problem: PlanProblem) => void): Mode {
  const job = isJob(plan)
  let possible: readonly Mode[] = job ? ['job'] : ['command', 'workflow']
  for (const { kind, configPath } of walkSteps(plan)) {
    const left = possible.filter((mode) => kind.modes.includes(mode))
    if (left.length > 0) {
      possible = left
      continue
    }
    const told = { about: 'mode', path: configPath, found: kind.name, ofName: true } as const
    if (job) {
      const instead = inJobs[kind.name]
      const message = `The kind ${kind.name} cannot stand in a job${instead === undefined ? '' : `: ${instead}`}`
      tell({ ...told, message, expected: 'a kind for a job' })
    } else if (kind.modes.every((mode) => mode === 'job')) {
      const message = `The kind ${kind.name} makes a job, and a plan without a source is none`
      tell({ ...told, message, expected: 'a source' })
    } else {
      const message = `The kind ${kind.name} cannot stand here: it makes a ${kind.modes.join(' or ')}`
      tell({ ...told, message, expected: `a kind for a ${possible.join(' or ')}` })
    }
  }
  return possible[0]!
}

/** What a job has instead of kinds of other modes. */
const inJobs: Readonly<Record<string, string>> = {
  when: 'branch parts a stream, and if on a step lets records pass by it',
  switch: 'branch parts a stream',
  parallel: 'several steps read one stream by from',
  forEach: 'flatMap makes records of the items of a list',
  loop: 'it never ends anyhow, and machine keeps a state per key',
  try: 'onError on a call says what a failure does',
  set: 'map carries on what later steps need',
  pipeline: 'call runs a pipeline by its name, as any command',
  emit: 'a call of a command emits',
  wait: 'timer tells of silence, and a window waits for its end',
  compensate: 'what was done is told once, with the checkpoint',
}

/** Tells the steps whose kind has no executor in a mode. */
export function checkExecutors(
  plan: Plan,
  mode: Mode,
  executors: Readonly<Record<string, unknown>>,
  tell: (problem: PlanProblem) => void,
): void {
  if (isJob(plan) && mode !== 'job') {
    const path = [plan.source === undefined ? 'sources' : 'source']
    const message = `A plan with a source makes a job, which job() declares, and cannot run as a ${mode}`
    tell({ about: 'mode', path, message, expected: 'no source', ofName: true })
    return
  }
  for (const { kind, configPath } of walkSteps(plan)) {
    if (kind.name in executors) continue
    const isWorkflow = mode === 'command' && kind.modes.includes('workflow')
    const meant = isWorkflow ? ': it makes a workflow, which planWorkflow() declares' : ''
    const message = `The kind ${kind.name} cannot run in a ${mode}${meant}`
    const expected = kind.modes.join(' or ')
    tell({ about: 'mode', path: configPath, message, expected, found: mode })
  }
}
