import { app } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { job } from '@heddle/stream'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout } from 'node:timers/promises'
import { folderInMemory } from '../../../harness/folder.ts'
import type { Contender } from '../../../harness/types.ts'
import { perUser, salesOver } from './per-user.ts'
import { salesSource, untilAllAre } from './sales-source.ts'

/**
 * The job in an app on SQLite, each second a checkpoint: its state goes into a file of its own, its results into a table of the
 * app, in the transaction of the checkpoint.
 *
 * @param keys how many users there are; then the windows are longer than the measured time, and begin before it
 */
export const checkpointedJob = (keys?: number): Contender => ({
  async open() {
    const folder = folderInMemory()
    const feed = salesSource(keys)
    const made = job(perUser('{ table: counts }', keys === undefined ? '10m' : '30d'), {
      sources: { sales: feed.source },
    })
    const bench = await app('bench', { parts: [made], database: sqlite() }).open({ folder, mode: 'development' })
    await bench.start()
    let read = 0
    const drive = async (operations: number) => {
      read += operations
      const done = feed.read()
      feed.allow(operations)
      await done
    }
    if (keys !== undefined) await drive(untilAllAre(keys))
    return {
      async call() {
        if (keys !== undefined) return true
        // What was read last is in the table with the next checkpoint.
        const wanted = salesOver(read)
        for (let times = 0; times < 100; times++) {
          if (salesIn(folder) === wanted) return true
          await setTimeout(50)
        }
        return false
      },
      answer: (isRight) => isRight,
      drive,
      async close() {
        await bench.close()
        rmSync(folder, { recursive: true })
      },
    }
  },
})

function salesIn(folder: string): number {
  const database = new DatabaseSync(join(folder, 'app.db'), { readOnly: true })
  const { sales } = database.prepare('SELECT coalesce(sum(sales), 0) AS sales FROM "sales.Counts"').get()!
  database.close()
  return sales as number
}
