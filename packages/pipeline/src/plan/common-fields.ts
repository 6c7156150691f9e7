import { z } from 'zod'
import { expressionText } from '../kinds/step-list.ts'
import { shape } from '../kinds/shape.ts'
import { idForm } from './id.ts'
import { requirementIds } from './plan-fields.ts'
import { stepPolicies } from './step-fields.ts'

const id = z.string().regex(idForm, 'Invalid id: expected e.g. perAirport')

const policies = Object.fromEntries(
  stepPolicies.map((name) => [name, z.json().optional().describe(`The policy ${name} around the step's command`)]),
)

const origin = expressionText.describe('Where the input came from, e.g. input.file + ":" + string(it.row)')

const onErrorObject = z.union([
  z.strictObject({ use: shape }),
  z.strictObject({ deadLetter: z.strictObject({ origin }) }),
])

/** The type of the fields that every step may have beside the one that names its kind. */
export const commonFields = z.looseObject({
  id: id.describe('Once in a plan: the address of the step'),
  summary: z.string().optional(),
  requirements: requirementIds.optional().describe('The ids of the requirements that it meets, e.g. FR-12'),
  from: z
    .union([z.string(), z.array(z.string()).min(1), z.record(z.string(), z.string())])
    .optional()
    .describe('The steps that it reads, or input; without it, the step before'),
  if: expressionText.optional().describe('Where it is not true, the value passes through'),
  policies: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .describe('Names of policies of the plan, outermost first'),
  ...policies,
  onError: z
    .union([z.enum(['fail', 'drop', 'deadLetter']), onErrorObject])
    .optional()
    .describe('What a failure does: fail, drop, deadLetter, or { use: … } to go on with another value'),
})
