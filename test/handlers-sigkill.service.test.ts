import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from 'heddle'
import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from '../scripts/services/fresh-database.ts'
import { dieAtEach, momentsOf, portCallsOf } from './fixtures/killed-handlers.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 7)
/** How many moments of each kind of port call are tried. */
const kills = Number(process.env.HEDDLE_KILLS ?? 1)

test(
  `on PostgreSQL three handlers see each event, in order per key and with effects once, whenever kill -9 strikes (seed ${seed})`,
  { timeout: 120_000 + kills * 60_000 },
  async ({ signal }) => {
    const root = mkdtempSync(join(tmpdir(), 'heddle-handlers-'))
    const newPlace = async (name: string) => {
      const folder = join(root, name)
      mkdirSync(folder)
      const databaseUrl = await freshDatabase()
      return { folder, databaseUrl, signal, afterDeath: () => endLeases(databaseUrl) }
    }
    const [, calls] = await portCallsOf(await newPlace('probed'))
    const moments = momentsOf(calls, seededRandom(seed), () => kills)
    const { died, repeated } = await dieAtEach(await newPlace('killed'), moments)
    expect([...new Set(died.map(({ kind }) => kind))].toSorted()).toEqual(Object.keys(calls).toSorted())
    expect(repeated).toBeGreaterThan(0)
    rmSync(root, { recursive: true })
  },
)

/** What the dead held would be free in a quarter of a minute. */
async function endLeases(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  await client.query(`UPDATE "heddle.Lease" SET "until" = 0`)
  await client.end()
}
