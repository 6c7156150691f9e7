import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgres } from 'heddle'
import pg from 'pg'
import { freshDatabase } from '../scripts/services/fresh-database.ts'
import { testTenants } from './fixtures/tenancy-contract.ts'

testTenants(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-tenants-'))
  const url = await freshDatabase()
  return {
    database: postgres(url),
    folder,
    async rows() {
      const client = new pg.Client({ connectionString: url })
      await client.connect()
      const { rows: tables } = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
      const found: { table: string; row: Record<string, unknown> }[] = []
      for (const { tablename: table } of tables as { tablename: string }[]) {
        const { rows } = await client.query(`SELECT * FROM ${pg.escapeIdentifier(table)}`)
        for (const row of rows as Record<string, unknown>[]) found.push({ table, row })
      }
      await client.end()
      return found
    },
    close: async () => rmSync(folder, { recursive: true }),
  }
})
