import type { InputOf, Schema } from '@heddle/core'
import type { Plan, PlanType } from '../plan/plan.ts'
import { withoutGaps } from './configure.ts'
import { Draft } from './draft.ts'
import type { Checked } from './job-draft-types.ts'
import { planTypeOf, schemaIn } from './type-data.ts'

/** What a plan says of itself; its types as Zod types or as data. */
export interface DraftHead<Type extends PlanType | Schema = PlanType | Schema> extends Omit<
  Plan,
  'heddle' | 'pipeline' | 'steps' | 'input' | 'output' | 'source' | 'sources' | 'sink' | 'sinks'
> {
  readonly input?: Type
  readonly output?: PlanType | Schema
}

/** What callers give; of a type that is data, nothing is known here. */
export type Given<Type> = Type extends Schema ? InputOf<Type> : unknown

/**
 * Begins a plan in TypeScript. It is the same plan, with the same hash, as the YAML that says the same.
 *
 * @example
 * export const delays = pipeline(
 *   draft('flights.Delays', { input: z.string(), access: 'public' })
 *     .call('parse', parseFlight, { retry: { attempts: 3 } })
 *     .map<boolean>('late', 'it.delay > 15'),
 * )
 */
export function draft<Type extends PlanType | Schema = PlanType>(
  name: string,
  head: DraftHead<Type> = {},
): Draft<Given<Type>, Checked<Type>> {
  const { input, output, ...more } = head
  const types = { input: planTypeOf(input), output: planTypeOf(output) }
  const whole = withoutGaps({ heddle: 1, pipeline: name, ...more, ...types }) as Omit<Plan, 'steps'>
  const schemas = { input: schemaIn(input), output: schemaIn(output) }
  return new Draft({ head: whole, steps: [], commands: [], events: [], schemas })
}
