import { policiesFrom, type PolicyNames } from '@heddle/core'
import { nearest } from '../expression/index.ts'
import { type PlanPath, writtenPath } from '../plan/path.ts'
import { failureHandling } from '../plan/on-error.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { stepPolicies } from '../plan/step-fields.ts'
import { sourcesIn } from '../plan/stream-fields.ts'
import { policiesOf } from '../run/policies-of.ts'
import type { PlanSources } from './sources.ts'
import { type WalkedStep, walkSteps } from './walk-steps.ts'

type Tell = (problem: PlanProblem) => void

/** Tells what is wrong with the policies of a plan and of its steps. */
export function checkPolicies(plan: Plan, sources: PlanSources, tell: Tell): void {
  const names: PolicyNames = { commands: sources.commands }
  for (const [name, list] of Object.entries(plan.policies ?? {})) {
    for (const [index, policy] of list.entries()) checkPolicy(policy, ['policies', name, index], names, tell)
  }
  const known = [...Object.keys(plan.policies ?? {}), ...Object.keys(sources.policies ?? {})]
  const isJob = sourcesIn(plan).length > 0

  for (const walked of walkSteps(plan)) {
    const { step, kind, path } = walked
    const named = step.policies === undefined ? [] : [step.policies].flat()
    for (const name of named) {
      if (known.includes(name)) continue
      const suggestion = nearest(name, known)
      tell({ about: 'name', path: [...path, 'policies'], message: `There are no policies "${name}"`, suggestion })
    }
    const inline = stepPolicies.filter((name) => step[name] !== undefined)
    for (const name of inline) checkPolicy({ [name]: step[name] }, path, names, tell)
    if (kind.calls) checkFit(walked, plan, sources, tell)
    else refusePolicies(walked, [...inline, ...(named.length > 0 ? ['policies'] : [])], isJob, tell)
  }
}

function checkPolicy(policy: unknown, path: PlanPath, names: PolicyNames, tell: Tell): void {
  const outcome = policiesFrom([policy], names)
  if (!outcome.ok) {
    for (const failure of outcome.errors) {
      const place = [...path, ...writtenPath(policy, failure.path.slice(1))]
      const message = failure.message.replace(/^Invalid input: /, `"${String(place.at(-1))}": `)
      tell({ about: 'shape', path: place, message })
    }
    return
  }
  // A fallback may name a command, which is looked up like that of a step.
  const { fallback } = policy as { readonly fallback?: { readonly command?: unknown } }
  const name = fallback?.command
  if (typeof name !== 'string' || names.commands === undefined || names.commands.has(name)) return
  const suggestion = nearest(name, names.commands.keys())
  tell({ about: 'name', path: [...path, 'fallback', 'command'], message: `There is no command "${name}"`, suggestion })
}

/** Some policies cannot stand on every command, e.g. a fallback whose value is none that the command gives. */
function checkFit({ step, config, path }: WalkedStep, plan: Plan, sources: PlanSources, tell: Tell): void {
  const command = sources.commands?.get((config as { readonly command?: string }).command ?? '')
  if (command === undefined) return
  for (const policy of policiesOf(step, plan, sources)) {
    const reason = policy.refuses?.(command)
    if (reason === undefined || reason.startsWith('there is no command')) continue
    const place = step[policy.name] === undefined ? 'policies' : policy.name
    tell({ about: 'type', path: [...path, place], message: `The policy ${policy.name} cannot stand here: ${reason}` })
  }
}

/** Policies are for calls, and so are dead letters where there are no records that they could keep. */
function refusePolicies({ step, kind, path }: WalkedStep, holds: readonly string[], isJob: boolean, tell: Tell): void {
  const found = kind.name
  for (const name of holds) {
    const message = `Policies stand around a command, and a step of the kind ${found} runs none`
    const expected = 'a step that calls'
    tell({ about: 'shape', path: [...path, name], message, expected, found, ofName: true })
  }
  if (isJob || failureHandling(step).does !== 'deadLetter') return
  const message = `A dead letter keeps a call, and a step of the kind ${found} is none`
  tell({
    about: 'shape',
    path: [...path, 'onError'],
    message,
    expected: 'fail, drop or { use: … }',
    found: 'deadLetter',
  })
}
