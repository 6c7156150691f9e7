import { canonicalJson, type InputOf, type Json, jsonSchemaOf, type OutputOf, type Schema } from '@heddle/core'
import { nameOfType } from '@heddle/core/types'
import { plainTypes } from '../plan/plan-type.ts'
import type { Plan, PlanType } from '../plan/plan.ts'
import { withoutGaps } from './configure.ts'
import { Draft } from './draft.ts'

/** What a plan says of itself; its types as Zod types or as data. */
export interface DraftHead<Type extends PlanType | Schema = PlanType | Schema> extends Omit<
  Plan,
  'heddle' | 'pipeline' | 'steps' | 'input' | 'output'
> {
  readonly input?: Type
  readonly output?: PlanType | Schema
}

/** What the first step reads: what the check of the type gives. */
export type Checked<Type> = Type extends Schema ? OutputOf<Type> : unknown

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

/** A Zod type as data: its name where it has one, else its JSON Schema. */
function planTypeOf(type: PlanType | Schema | undefined): PlanType | undefined {
  if (type === undefined || !isSchema(type)) return type
  const name = nameOfType(type) ?? plainName(type)
  return name ?? { jsonSchema: jsonSchemaOf(type, 'input') as Json }
}

/** The plain types have the names that plans give them. */
function plainName(type: Schema): PlanType | undefined {
  const text = canonicalJson(jsonSchemaOf(type, 'input') as Json)
  return [...plainTypes].find(([, make]) => canonicalJson(jsonSchemaOf(make(), 'input') as Json) === text)?.[0]
}

const schemaIn = (type: PlanType | Schema | undefined) => (type !== undefined && isSchema(type) ? type : undefined)

const isSchema = (type: PlanType | Schema): type is Schema => typeof type === 'object' && '_zod' in type
