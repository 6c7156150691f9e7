import { policiesFrom, type Policy } from '@heddle/core'
import type { Plan, Step } from '../plan/plan.ts'
import { stepPolicies } from '../plan/step-fields.ts'
import type { PlanSources } from '../validate/sources.ts'

/** The policies around the command of a step, outermost first: those that are named, then its own. */
export function policiesOf(step: Step, plan: Plan, sources: PlanSources): readonly Policy[] {
  const named = step.policies === undefined ? [] : [step.policies].flat()
  const lists = named.flatMap((name) => plan.policies?.[name] ?? sources.policies?.[name] ?? [])
  const own = stepPolicies.flatMap((name) => (step[name] === undefined ? [] : [{ [name]: step[name] }]))
  if (lists.length + own.length === 0) return []
  const made = policiesFrom([...lists, ...own], { commands: sources.commands })
  // The plan was checked, so all can be made.
  return made.ok ? made.value : []
}
