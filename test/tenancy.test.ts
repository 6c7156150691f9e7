import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sqlite } from 'heddle'
import { testTenants } from './fixtures/tenancy-contract.ts'

testTenants(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-tenants-'))
  return {
    database: sqlite(),
    folder,
    async rows() {
      using database = new DatabaseSync(join(folder, 'app.db'), { readOnly: true })
      const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as { name: string }[]
      return tables
        .filter(({ name }) => !name.startsWith('sqlite_'))
        .flatMap(({ name: table }) =>
          database
            .prepare(`SELECT * FROM "${table}"`)
            .all()
            .map((row) => ({ table, row })),
        )
    },
    close: async () => rmSync(folder, { recursive: true }),
  }
})
