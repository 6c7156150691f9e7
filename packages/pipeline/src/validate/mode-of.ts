import type { Mode } from '../kinds/mode.ts'
import { modes } from '../kinds/mode.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { walkSteps } from './walk-steps.ts'

/**
 * What a plan becomes: a command where every step can stand in one, else a workflow, else a job. Where no mode takes
 * every step, the step that rules out the last one is told.
 */
export function modeOf(plan: Plan, tell: (problem: PlanProblem) => void): Mode {
  let possible = modes
  for (const { kind, configPath } of walkSteps(plan)) {
    const left = possible.filter((mode) => kind.modes.includes(mode))
    if (left.length > 0) possible = left
    else {
      const message = `The kind ${kind.name} cannot stand here: it makes a ${kind.modes.join(' or ')}`
      tell({
        about: 'mode',
        path: configPath,
        message,
        expected: `a kind for a ${possible.join(' or ')}`,
        found: kind.name,
      })
    }
  }
  return possible[0]!
}

/** Tells the steps whose kind has no executor in a mode. */
export function checkExecutors(
  plan: Plan,
  mode: Mode,
  executors: Readonly<Record<string, unknown>>,
  tell: (problem: PlanProblem) => void,
): void {
  for (const { kind, configPath } of walkSteps(plan)) {
    if (kind.name in executors) continue
    const isWorkflow = mode === 'command' && kind.modes.includes('workflow')
    const meant = isWorkflow ? ': it makes a workflow, which planWorkflow() declares' : ''
    const message = `The kind ${kind.name} cannot run in a ${mode}${meant}`
    const expected = kind.modes.join(' or ')
    tell({ about: 'mode', path: configPath, message, expected, found: mode })
  }
}
