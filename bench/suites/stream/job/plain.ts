import { job, type Sink } from '@heddle/stream'
import { runJob } from '@heddle/stream/testing'
import type { Contender } from '../../../harness/types.ts'
import { perUser, salesOver } from './per-user.ts'
import { salesSource, untilAllAre } from './sales-source.ts'

/**
 * The job in memory: no checkpoint is made while it runs, and results go to a function.
 *
 * @param keys how many users there are; then the windows are longer than the measured time, and begin before it
 */
export const plainJob = (keys?: number): Contender => ({
  async open() {
    let sales = 0
    const out: Sink = {
      kind: 'counting',
      delivery: 'plain',
      accepts: 'append',
      describe: () => ({}),
      open: () => ({
        write(records) {
          for (const { value } of records) sales += (value as { readonly sales: number }).sales
        },
        close() {},
      }),
    }
    const feed = salesSource(keys)
    const made = job(perUser('{ given: out }', keys === undefined ? '10m' : '30d'), {
      sources: { sales: feed.source },
      sinks: { out },
    })
    let failure: unknown
    runJob(made, { settings: { checkpointMs: 2 ** 31 - 1 } }).catch((thrown: unknown) => (failure = thrown))
    let read = 0
    const drive = async (operations: number) => {
      read += operations
      const done = feed.read()
      feed.allow(operations)
      await done
      if (failure !== undefined) throw failure
    }
    if (keys !== undefined) await drive(untilAllAre(keys))
    return {
      call: () => keys !== undefined || sales === salesOver(read),
      answer: (isRight) => isRight,
      drive,
    }
  },
})

export const contender = plainJob()
