import { type AnyCommand, isStream, type Schema } from '@heddle/core'
import { z } from 'zod'
import { schemaOfType } from '../expression/index.ts'
import { schemaOfPlanType } from '../plan/plan-type.ts'
import { failureHandling } from '../plan/on-error.ts'
import type { Plan } from '../plan/plan.ts'
import type { CheckedPlan } from '../validate/check-plan.ts'
import { firstCommand } from '../validate/first-command.ts'
import { readStep } from '../validate/read-config.ts'
import type { PlanSources } from '../validate/sources.ts'
import { isSteady } from '../validate/steady.ts'

/** The type of what a pipeline takes: its own, else that of its first command. */
export function inputSchema(plan: Plan, checked: CheckedPlan, sources: PlanSources): Schema {
  if (sources.schemas?.input) return sources.schemas.input
  if (plan.input !== undefined) return schemaOfPlanType(plan.input, () => undefined)
  const first = firstCommand(plan, sources)
  return first && isSteady(first.input) ? first.input : schemaOfType(checked.input)
}

/** The type of what a pipeline gives: its own, else that of its last command, which keeps what is marked in it. */
export function outputSchema(plan: Plan, checked: CheckedPlan, sources: PlanSources): Schema {
  if (sources.schemas?.output) return sources.schemas.output
  if (plan.output !== undefined) return schemaOfPlanType(plan.output, () => undefined)
  const last = lastOutput(plan, sources)
  if (last && isSteady(last)) return checked.drops ? z.nullable(last as z.ZodType) : last
  return schemaOfType(checked.output)
}

function lastOutput({ steps }: Plan, { commands }: PlanSources): Schema | undefined {
  const step = steps.at(-1)!
  const read = readStep(step)
  if (read?.kind.name !== 'call' || step.if !== undefined || failureHandling(step).does === 'use') return undefined
  const command: AnyCommand | undefined = commands?.get((read.config as { command: string }).command)
  return command && (isStream(command.output) ? command.output.final : command.output)
}
