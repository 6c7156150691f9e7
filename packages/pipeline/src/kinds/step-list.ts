import { z } from 'zod'
import type { Step } from '../plan/plan.ts'

/** The type of steps inside of a step. What they hold is checked step by step, so that each mistake has its own place. */
export const stepList: z.ZodType<readonly Step[]> = z
  .array(z.custom<Step>((step) => typeof step === 'object' && step !== null && !Array.isArray(step), 'Invalid step'))
  .min(1)
  .describe('Steps, one after the other')

/** The type of an expression in settings. It is parsed and checked against what its step reads. */
export const expressionText = z.string().min(1).describe('An expression, e.g. it.delay > 15')
