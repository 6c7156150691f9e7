import type { Contender } from '../../../harness/types.ts'
import { contender } from './checkpointed.ts'

/** The job with checkpoints, in a process that another one has warmed up: few records cost what the first of many do. */
export const warmed: Contender = {
  async open(operations) {
    const first = await contender.open(operations)
    await first.drive!(1_000_000)
    await first.close!()
    return contender.open(operations)
  },
}
