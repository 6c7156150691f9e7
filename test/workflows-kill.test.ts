import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { torture } from './fixtures/torture.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 7)
/** How often a process dies; `npm run torture -- --kills 500` is the long form. */
const kills = Number(process.env.HEDDLE_KILLS ?? 40)

test(
  `every run ends, with each of its effects once, however often kill -9 strikes (seed ${seed})`,
  { timeout: 60_000 + kills * 15_000 },
  async ({ signal }) => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-torture-'))
    const told: string[] = []
    try {
      const died = await torture({ folder, kills, seed, workers: 1, signal, say: (line) => told.push(line) })
      expect(Object.values(died.kills).reduce((sum, many) => sum + many)).toBe(kills)
      expect(Object.keys(died.kills)).toHaveLength(2)
      expect(died.repeated).toBeGreaterThan(0)
    } catch (thrown) {
      throw new Error(`after this:\n${told.slice(-30).join('\n')}`, { cause: thrown })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  },
)
