import { type DecodeMode, job } from '@heddle/stream'
import { runJob } from '@heddle/stream/testing'
import { parsePlan } from '@heddle/pipeline'
import type { Contender } from '../../../harness/types.ts'
import { onePartition } from '../one-partition.ts'
import { passes } from './passes.ts'
import { chunksOf, type Counted, digestOf, leastAmount, saleBytes } from './records.ts'
import { SaleReader } from './sale-reader.ts'

const planText = `heddle: 1
pipeline: sales.PerUser
source: { given: sales, type: { user: string, at: int, amount: number }, time: it.at }
steps:
  - { id: large, filter: it.amount >= ${leastAmount} }
  - { id: perUser, window: { tumbling: 1m, by: it.user }, aggregate: { sales: count() } }
sink: { given: out }
`

interface Result {
  readonly user: string
  readonly start: Date
  readonly sales: number
}

/** A whole job: a source that decodes bytes, a filter and a window of a plan, and a sink. Each pass reads the stream to its end. */
export const ours = (mode: DecodeMode): Contender =>
  passes(async () => {
    const parsed = parsePlan(planText)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
    const counted = { results: 0, sales: 0, digest: 0 }
    const out = {
      kind: 'counting',
      delivery: 'plain' as const,
      accepts: 'append' as const,
      describe: () => ({}),
      open: () => ({
        write(records: readonly { readonly value: unknown }[]) {
          for (const { value } of records) {
            const { user, start, sales } = value as Result
            counted.results++
            counted.sales += sales
            counted.digest += digestOf(Number(start), user, sales)
          }
        },
        close() {},
      }),
    }
    const chunks = chunksOf(saleBytes())
    const sales = onePartition('bytes', true, () => {
      const reader = new SaleReader(chunks, mode)
      return {
        read(max) {
          const values = reader.next(max)
          return values && { values, position: reader.taken }
        },
        close() {},
      }
    })
    const perUser = job(parsed.plan, { sources: { sales }, sinks: { out } })
    return async (): Promise<Counted> => {
      Object.assign(counted, { results: 0, sales: 0, digest: 0 })
      await runJob(perUser)
      return { ...counted }
    }
  })
