import { type AnyCommand, command, Defect, type Policy } from '@heddle/core'
import { z } from 'zod'
import type { Plan, Step } from '../plan/plan.ts'
import { stepName } from '../plan/step-name.ts'

/**
 * The command of a step under a name of its own, with the step's policies around those that it has: it takes, gives and
 * does the same.
 */
export function stepCommand(base: AnyCommand, plan: Plan, step: Step, policies: readonly Policy[]): AnyCommand {
  const name = stepName(plan, step.id, 'Step')
  for (const policy of policies) {
    const reason = policy.refuses?.(base)
    if (reason) throw new Defect('InvalidDefinition', { name: `${name}, policy ${policy.name}`, reason })
  }
  const madeFrom = { template: plan.pipeline, config: { step: step.id } }
  // A contract has no body to take over: it is called.
  if (base.kind === 'contract') {
    const run = ({ input, call }: { input: unknown; call: (called: AnyCommand, input: never) => Promise<unknown> }) =>
      call(base, input as never)
    return { ...command(name, { input: z.unknown(), output: z.unknown(), calls: [base], policies, run }), madeFrom }
  }
  return {
    ...base,
    name,
    domain: name.slice(0, name.lastIndexOf('.')),
    summary: step.summary ?? base.summary,
    // Only the pipeline is for callers outside; a rule looks at each call.
    access: typeof base.access === 'function' ? base.access : undefined,
    calls: [...new Set([...base.calls, ...policies.flatMap((policy) => policy.calls ?? [])])],
    policies: [...policies, ...base.policies],
    madeFrom,
  }
}
