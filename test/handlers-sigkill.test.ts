import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from 'heddle'
import { afterAll, expect, test } from 'vitest'
import { dieAtEach, type Moment, momentsOf, portCallsOf } from './fixtures/killed-handlers.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 7)
/** How many moments of each kind of port call are tried; `HEDDLE_KILLS=100` tries nearly all. */
const kills = Number(process.env.HEDDLE_KILLS ?? 2)

const root = mkdtempSync(join(tmpdir(), 'heddle-handlers-'))
afterAll(() => rmSync(root, { recursive: true }))
let places = 0
function newPlace(signal: AbortSignal) {
  const folder = join(root, `place-${places++}`)
  mkdirSync(folder)
  return { folder, signal }
}

test(
  `three handlers see each event, in order per key and with effects once, whenever kill -9 strikes (seed ${seed})`,
  { timeout: 120_000 + kills * 30_000 },
  async ({ signal }) => {
    const [first, second] = await portCallsOf(newPlace(signal))
    const random = seededRandom(seed)
    // Between an effect outside and the commit there is most to go wrong.
    const many = (kind: string) => (kind === 'database.commit' || kind === 'count.Effects.tell' ? 2 * kills : kills)
    const moments = momentsOf(first, random, many)
    const isOfFirst = ({ kind, nth }: Moment) => nth > (second[kind] ?? 0)
    const often = moments.filter((moment) => !isOfFirst(moment))
    const half = Math.ceil(often.length / 2)
    const chains = [often.slice(0, half), often.slice(half), ...moments.filter(isOfFirst).map((moment) => [moment])]

    const died: Moment[] = []
    let repeated = 0
    const lane = async () => {
      for (let chain = chains.shift(); chain; chain = chains.shift()) {
        const lives = await dieAtEach(newPlace(signal), chain)
        died.push(...lives.died)
        repeated += lives.repeated
      }
    }
    await Promise.all([lane(), lane()])
    expect([...new Set(died.map(({ kind }) => kind))].toSorted()).toEqual(Object.keys(first).toSorted())
    // Some moments do not come in a life that finds less to do than the first one did.
    expect(died.length).toBeGreaterThan(moments.length / 2)
    expect(repeated).toBeGreaterThan(0)
  },
)
