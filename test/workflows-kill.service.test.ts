import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { freshDatabase } from '../scripts/services/fresh-database.ts'
import { torture } from './fixtures/torture.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 7)
/** How often one of the processes dies. */
const kills = Number(process.env.HEDDLE_KILLS ?? 40)

test(
  `on PostgreSQL every run ends, with each of its effects once, while three workers are killed in turn (seed ${seed})`,
  { timeout: 120_000 + kills * 20_000 },
  async ({ signal }) => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-torture-'))
    const told: string[] = []
    const databaseUrl = await freshDatabase()
    try {
      const say = (line: string) => void told.push(line)
      const died = await torture({ folder, databaseUrl, kills, seed, workers: 3, signal, say })
      expect(Object.values(died.kills).reduce((sum, many) => sum + many)).toBe(kills)
      expect(Object.keys(died.kills)).toHaveLength(2)
    } catch (thrown) {
      throw new Error(`after this:\n${told.slice(-30).join('\n')}`, { cause: thrown })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
