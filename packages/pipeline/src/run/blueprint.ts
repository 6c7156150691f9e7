import { type AnyCommand, type Template, template } from '@heddle/core'
import { z } from 'zod'
import { schemaOfPlanType } from '../plan/plan-type.ts'
import type { Parameter } from '../plan/plan.ts'
import { type PlanOrigin, readOrigin } from './origin.ts'
import { pipeline, type PipelineOptions } from './pipeline.ts'

/** How a blueprint is found, and what the names in its plan mean. */
export interface BlueprintOptions extends Omit<PipelineOptions, 'parameters' | 'name'> {
  /** Other names under which people look for it. */
  readonly aliases?: readonly string[]
  readonly tags?: readonly string[]
}

/**
 * Makes a template of a plan with parameters: it is listed, searched and configured like any other, in code, JSON or a
 * form, and each config makes a command.
 *
 * @throws {Defect} InvalidPlan, when it is configured and the plan is not right
 * @example
 * export const priceWith = blueprint(new URL('./price.yaml', import.meta.url), { commands: [priceLine], tags: ['price'] })
 * export const priceForStaff = priceWith.configure({ discount: 0.2 }, 'shop.PriceForStaff')
 */
export function blueprint(
  origin: PlanOrigin,
  { aliases, tags, ...options }: BlueprintOptions = {},
): Template<z.ZodType<Readonly<Record<string, unknown>>>, AnyCommand> {
  const { plan } = readOrigin(origin)
  const fields = Object.entries(plan.parameters ?? {}).map(([name, parameter]) => [name, fieldOf(parameter)])
  return template(plan.pipeline, {
    summary: plan.summary,
    description: plan.description,
    aliases,
    tags,
    config: z.object(Object.fromEntries(fields)) as z.ZodType<Readonly<Record<string, unknown>>>,
    build: (parameters) => pipeline(origin, { ...options, parameters }).command,
  })
}

function fieldOf({ type, summary, default: value }: Parameter): z.ZodType {
  const schema = schemaOfPlanType(type, () => undefined)
  const optional = value === undefined ? schema : schema.default(value as never)
  return summary === undefined ? optional : optional.describe(summary)
}
