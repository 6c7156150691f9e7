import type { PartKind } from '@heddle/core'
import { compareJobs } from './compare-jobs.ts'
import { heldSections } from './held-sections.ts'

/** How jobs are compared: by what becomes of the state that they have. */
export const jobKind: PartKind = {
  name: 'job',
  compare: async (comparison) => compareJobs({ ...comparison, before: await heldSections(comparison) }),
}
