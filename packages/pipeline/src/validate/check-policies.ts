import { policiesFrom, type PolicyNames } from '@heddle/core'
import type { PlanPath } from '../plan/path.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { stepPolicies } from '../plan/step-fields.ts'
import { nearest } from '../expression/index.ts'
import type { PlanSources } from './sources.ts'
import { walkSteps } from './walk-steps.ts'

type Tell = (problem: PlanProblem) => void

/** Tells what is wrong with the policies of a plan and of its steps. */
export function checkPolicies(plan: Plan, sources: PlanSources, tell: Tell): void {
  const names: PolicyNames = { commands: sources.commands }
  for (const [name, list] of Object.entries(plan.policies ?? {})) checkList(list, ['policies', name], names, tell)
  const known = [...Object.keys(plan.policies ?? {}), ...Object.keys(sources.policies ?? {})]

  for (const { step, kind, path } of walkSteps(plan)) {
    const inline = stepPolicies.filter((name) => step[name] !== undefined)
    const named = step.policies === undefined ? [] : [step.policies].flat()
    for (const name of named) {
      if (known.includes(name)) continue
      const suggestion = nearest(name, known)
      tell({ about: 'name', path: [...path, 'policies'], message: `There are no policies "${name}"`, suggestion })
    }
    for (const name of inline) checkList([{ [name]: step[name] }], [...path], names, tell, true)
    const holds = [...inline, ...(named.length > 0 ? ['policies'] : [])]
    if (!kind.calls) {
      for (const name of holds) {
        const message = `Policies stand around a command, and a step of the kind ${kind.name} runs none`
        tell({
          about: 'shape',
          path: [...path, name],
          message,
          expected: 'a step that calls',
          found: kind.name,
          ofName: true,
        })
      }
      if (step.onError === 'deadLetter') {
        const message = `A dead letter keeps a call, and a step of the kind ${kind.name} is none`
        tell({
          about: 'shape',
          path: [...path, 'onError'],
          message,
          expected: 'fail, drop or { use: … }',
          found: 'deadLetter',
        })
      }
    }
  }
}

function checkList(list: readonly unknown[], path: PlanPath, names: PolicyNames, tell: Tell, isInline = false): void {
  const outcome = policiesFrom(list, names)
  if (outcome.ok) return
  for (const failure of outcome.errors) {
    const own = isInline ? failure.path.slice(1) : failure.path
    tell({ about: 'shape', path: [...path, ...own], message: failure.message })
  }
}
