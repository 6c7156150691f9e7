import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { folderInMemory } from '../../../harness/folder.ts'
import type { Contender, Opened } from '../../../harness/types.ts'
import { passes } from './passes.ts'
import { digestOf, leastAmount, saleBytes, windowMs } from './records.ts'

const columns = `{ user: 'VARCHAR', 'at': 'BIGINT', amount: 'DOUBLE' }`

/** DuckDB on one thread: a query over the same lines in a file in memory. It reads the three fields that it needs. */
export const contender: Contender = {
  async open(operations): Promise<Opened> {
    const folder = folderInMemory()
    const file = join(folder, 'sales.ndjson')
    writeFileSync(file, saleBytes())
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
    const connection = await instance.connect()
    const query = await connection.prepare(`
      select "at" - "at" % ${windowMs} as start, "user", count(*) as sales
      from read_json('${file}', format = 'newline_delimited', columns = ${columns})
      where amount >= ${leastAmount} group by all`)
    const opened = await passes(async () => async () => {
      const rows = (await query.runAndReadAll()).getRows() as unknown as [bigint, string, bigint][]
      let [sales, digest] = [0, 0]
      for (const [start, user, count] of rows) {
        sales += Number(count)
        digest += digestOf(Number(start), user, Number(count))
      }
      return { results: rows.length, sales, digest }
    }).open(operations)
    return {
      ...opened,
      close() {
        connection.closeSync()
        instance.closeSync()
        rmSync(folder, { recursive: true })
      },
    }
  },
}
