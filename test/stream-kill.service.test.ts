import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import { freshDatabase } from '../scripts/services/fresh-database.ts'
import { tortureStream } from './fixtures/stream-torture.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

test(
  'a job that is killed between the commit of its table in PostgreSQL and its own leaves the table of one that was never disturbed',
  { timeout: 300_000 },
  async ({ signal }) => {
    const left = async (kills: number, seed: number) => {
      const folder = mkdtempSync(join(tmpdir(), 'heddle-stream-kill-'))
      folders.push(folder)
      const url = await freshDatabase()
      const sink = `{ postgresTable: { url: '${url}', table: sales, create: true } }`
      await tortureStream({ folder, sink, records: 20_000, kills, seed, signal })
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      // Without a key, so that a result that was written twice would be there twice.
      const { rows } = await client.query(
        'SELECT row_to_json(row)::text AS told FROM sales AS row ORDER BY start, shop',
      )
      await client.end()
      return rows
    }
    const quiet = await left(0, 1)
    expect(quiet.length).toBeGreaterThan(300)
    expect(await left(12, 6)).toEqual(quiet)
  },
)
