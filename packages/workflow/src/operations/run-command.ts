import { z } from 'zod'
import { stateType } from '../ways/run-status.ts'

/** The input of an operation on one run. */
export const oneRun = z.object({ run: z.string() })

/** What an operation on one run answers with. */
export const changedRun = z.object({ run: z.string(), state: stateType })
