import { z } from 'zod'
import { idForm } from '../plan/id.ts'
import { stepList } from './step-list.ts'

const branch = z.strictObject({
  id: z.string().regex(idForm, 'Invalid id: expected e.g. leftSide'),
  weight: z.number().positive().default(1).describe('For weightedAverage'),
  steps: stepList,
})

/** The type of the settings of a `parallel`. */
export const parallelConfig = z.strictObject({
  branches: z.array(branch).min(1),
  wait: z
    .union([z.enum(['all', 'race']), z.strictObject({ quorum: z.int().min(1) })])
    .default('all')
    .describe('For which branches: all, the first that succeeds, or so many'),
  merge: z
    .union([z.enum(['object', 'list', 'first', 'weightedAverage']), z.strictObject({ command: z.string() })])
    .optional()
    .describe('How one value is made of those of the branches; object by default, first for a race'),
})

/** The settings of a `parallel`. */
export type ParallelConfig = z.output<typeof parallelConfig>

/** How many branches have to succeed. */
export const neededOf = ({ branches, wait }: ParallelConfig): number =>
  wait === 'all' ? branches.length : wait === 'race' ? 1 : wait.quorum

/** How the values of the branches become one. */
export const strategyOf = ({ wait, merge = wait === 'race' ? 'first' : 'object' }: ParallelConfig) => merge
