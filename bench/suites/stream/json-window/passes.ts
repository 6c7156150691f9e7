import type { Contender, Opened } from '../../../harness/types.ts'
import { type Counted, recordCount } from './records.ts'

/** A contender that goes over all records in one pass; as many passes are measured as give the number of operations. */
export const passes = (open: () => Promise<() => Counted | Promise<Counted>>): Contender => ({
  async open(): Promise<Opened> {
    const pass = await open()
    return {
      call: () => pass(),
      answer: (given: Counted) => given,
      async drive(operations) {
        for (let done = 0; done < operations; done += recordCount) await pass()
      },
    }
  },
})
