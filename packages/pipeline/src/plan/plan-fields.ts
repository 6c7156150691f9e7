import { requirementForm } from '@heddle/core'
import { z } from 'zod'
import { wholeSpan } from '../kinds/span.ts'
import { planType } from './plan-type.ts'
import { sinkPlan, sourcePlan, streamName } from './stream-fields.ts'

const name = /^(?:[a-z][A-Za-z0-9]*\.){1,2}[A-Z][A-Za-z0-9]*$/
const variable = z.string().regex(/^[a-zA-Z]\w*$/, 'Invalid name: expected e.g. taxRate')

/** The type of a list of ids of requirements. */
export const requirementIds = z.array(z.string().regex(requirementForm, 'Invalid id: expected e.g. FR-12')).min(1)

/** The type of everything that a plan holds beside its steps. */
export const planFields = z.strictObject({
  heddle: z.literal(1).describe('The version of the format'),
  pipeline: z
    .string()
    .regex(name, 'Invalid name: expected e.g. flights.Delays')
    .describe('The full name, e.g. flights.Delays'),
  summary: z.string().optional().describe('One line'),
  description: z.string().optional().describe('More, in Markdown'),
  requirements: requirementIds.optional().describe('The ids of the requirements that it meets, e.g. FR-12'),
  access: z.string().min(1).optional().describe('Who may call it: public, or the name of a permission'),
  input: planType.optional().describe('What it takes; without it, what its first step takes'),
  output: planType.optional().describe('What it gives; without it, what its last step gives'),
  parameters: z
    .record(variable, z.strictObject({ type: planType, summary: z.string().optional(), default: z.json().optional() }))
    .optional()
    .describe('Settings: expressions read them as parameters.name'),
  environments: z
    .record(variable, z.record(variable, z.json()))
    .optional()
    .describe('Values of the parameters for each environment'),
  secrets: z
    .record(variable, z.strictObject({ env: z.string().min(1), summary: z.string().optional() }))
    .optional()
    .describe('Where secrets stand: names of environment variables'),
  imports: z.array(z.string().min(1)).optional().describe('Other files, relative to this one'),
  policies: z
    .record(variable, z.array(z.json()).min(1))
    .optional()
    .describe('Policies by name, each a list such as [{ retry: { attempts: 3 } }]'),
  on: z.json().optional().describe('The events that it answers'),
  source: sourcePlan.optional().describe('Where the records of a job come from'),
  sources: z.record(streamName, sourcePlan).optional().describe('The same where there are several, by name'),
  sink: sinkPlan.optional().describe('Where the results of a job go'),
  sinks: z.record(streamName, sinkPlan).optional().describe('The same where there are several, by name'),
  checkpoint: wholeSpan.optional().describe('How often a job makes durable what it has done; 1s by default'),
  errors: z
    .strictObject({ budget: z.int().min(1), per: wholeSpan })
    .optional()
    .describe('More dead letters than this in this time stop a job'),
  place: z.enum(['main', 'thread']).optional().describe('On which thread a job runs: `thread` is one of its own'),
})
