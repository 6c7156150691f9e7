import { z } from 'zod'
import { span, wholeSpan } from '../kinds/span.ts'
import { expressionText } from '../kinds/step-list.ts'
import { idForm } from './id.ts'
import { planType } from './plan-type.ts'
import type { Plan, SinkPlan, SourcePlan } from './plan.ts'

/** The type of names of sources and sinks. */
export const streamName = z.string().regex(idForm, 'Invalid name: expected e.g. flights')

/** The type of a source, but for the field that names its kind. */
export const sourcePlan = z.looseObject({
  summary: z.string().optional(),
  type: planType.optional().describe('The type of a record'),
  time: expressionText.optional().describe('When a record happened, e.g. it.at'),
  disorder: span.optional().describe('How far records may be out of order, e.g. 20m'),
  ahead: span
    .optional()
    .describe('How far ahead of the clock a record may be; 1d by default, where the source does not end'),
  idle: wholeSpan.optional().describe('A part without a record for so long holds no time back'),
  decode: z
    .enum(['strict', 'needed', 'whole'])
    .optional()
    .describe('Whether each record is checked whole, or only the fields that are read are decoded'),
  onError: z.enum(['deadLetter', 'drop', 'fail']).optional().describe('What a record does that cannot be read'),
})

/** The type of a sink, but for the field that names its kind. */
export const sinkPlan = z.looseObject({
  summary: z.string().optional(),
  from: z
    .string()
    .optional()
    .describe('The step, source or step.side whose records it takes; without it, the last step'),
})

/** The fields that every source may have beside the one that names its kind. */
export const sourceFields: readonly string[] = Object.keys(sourcePlan.shape)

/** The same for sinks. */
export const sinkFields: readonly string[] = Object.keys(sinkPlan.shape)

/** The fields of a source or sink that name a kind: one, where it is sound. */
export const kindFields = (way: object, common: readonly string[]): readonly string[] =>
  Object.entries(way)
    .filter(([name, value]) => value !== undefined && !common.includes(name))
    .map(([name]) => name)

/** A source or sink with its name and its place in the plan. */
export interface NamedWay<Way> {
  readonly name: string
  readonly path: readonly string[]
  readonly way: Way
}

/** The sources of a plan with their names. */
export const sourcesIn = ({ source, sources }: Pick<Plan, 'source' | 'sources'>): readonly NamedWay<SourcePlan>[] =>
  waysOf('source', source, sources)

/** The sinks of a plan with their names. */
export const sinksIn = ({ sink, sinks }: Pick<Plan, 'sink' | 'sinks'>): readonly NamedWay<SinkPlan>[] =>
  waysOf('sink', sink, sinks)

function waysOf<Way>(word: string, one: Way | undefined, several: Readonly<Record<string, Way>> = {}) {
  const named = Object.entries(several).map(([name, way]) => ({ name, path: [`${word}s`, name], way }))
  return one === undefined ? named : [{ name: word, path: [word], way: one }, ...named]
}

/** Whether a plan is a job: it has a source. */
export const isJob = (plan: Pick<Plan, 'source' | 'sources'>): boolean =>
  plan.source !== undefined || plan.sources !== undefined

/** A plan as it is written, with its steps: a job may have none, whose records go from its source into its sink. */
export const withSteps = (plan: unknown): unknown =>
  typeof plan === 'object' && plan !== null && isJob(plan) && !('steps' in plan) ? { ...plan, steps: [] } : plan
