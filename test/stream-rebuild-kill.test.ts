import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from 'heddle'
import { afterEach, expect, test } from 'vitest'
import { noted, rowsOf } from './fixtures/rebuild-plan.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0).reverse()) close()
})

const records = 12_000

interface Told {
  readonly rows: readonly { shop: string; start: string; end: string; sales: number }[]
  readonly notes: readonly { order: number; times: number }[]
  readonly told: readonly { order: number; times: number }[]
}

/** Where the job runs, and so does what builds its state anew. */
type Place = 'main' | 'thread'

/** One life. Gives what it told, or nothing where it died. */
async function live(
  folder: string,
  place: Place,
  killAt: string,
  edited: boolean,
  signal: AbortSignal,
): Promise<Told | undefined> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/rebuild-process.ts'), String(records)], {
    signal,
    killSignal: 'SIGKILL',
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(tmpdir(), 'heddle-stream-kill-compiled'),
      FOLDER: folder,
      PLACE: place,
      KILL_AT: killAt,
      EDITED: edited ? 'yes' : '',
    },
  })
  let [told, complaint] = ['', '']
  child.stdout.on('data', (piece) => (told += String(piece)))
  child.stderr.on('data', (piece) => (complaint += String(piece)))
  const [code, ended] = (await once(child, 'close')) as [number | null, string | null]
  if (ended === 'SIGKILL') return undefined
  assert.deepEqual({ code, complaint }, { code: 0, complaint: '' })
  return JSON.parse(told.trimEnd().split('\n').at(-1)!) as Told
}

/** Lives one after the other over the same data, until one comes to the end. */
async function rebuilt(place: Place, points: readonly string[], signal: AbortSignal) {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-stream-rebuild-kill-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  let deaths = 0
  for (const point of points) {
    const told = await live(folder, place, point, deaths > 0, signal)
    if (told) return { folder, told, deaths }
    deaths++
  }
  return { folder, told: (await live(folder, place, '', deaths > 0, signal))!, deaths }
}

/** Everything is as if the job had had the new plan from the start, and nothing was told twice. */
function expectWhole({ folder, told }: Awaited<ReturnType<typeof rebuilt>>): void {
  const rows = told.rows.map(
    ({ shop, start, end, sales }) => `${shop} ${Date.parse(start)} ${Date.parse(end)} ${sales}`,
  )
  expect(rows.toSorted()).toEqual(rowsOf(records, 120_000))
  const orders = Array.from({ length: records / noted }, (_, at) => at * noted)
  const once = orders.map((order) => ({ order, times: 1 }))
  const sorted = (counted: Told['notes']) => counted.toSorted((one, other) => one.order - other.order)
  expect(sorted(told.notes)).toMatchObject(once)
  expect(sorted(told.told)).toMatchObject(once)
  const linesOf = (name: string) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n')
  const numbers = linesOf('all.ndjson').map((line) => (JSON.parse(line) as { id: number }).id)
  expect(numbers).toEqual(Array.from({ length: records }, (_, id) => id))
  const files = readdirSync(folder).filter((name) => name.startsWith('notes-'))
  const noteOrders = files.toSorted().flatMap((name) => linesOf(name).map((line) => JSON.parse(line) as unknown))
  expect(noteOrders).toEqual(orders.map((order) => ({ order })))
}

test.for([
  ['before the new plan takes over', 'main', ['takeOver 1 before']],
  ['once the new plan has taken over', 'main', ['takeOver 1 after']],
  ['again and again before it takes over', 'main', ['takeOver 1 before', 'takeOver 1 before', 'takeOver 1 after']],
  [
    'again and again, on a thread of its own,',
    'thread',
    ['takeOver 1 before', 'takeOver 1 before', 'takeOver 1 after'],
  ],
] as const)(
  'a job that is killed %s comes to the results of the new plan',
  { timeout: 120_000 },
  async ([, place, points], { signal }) => {
    const whole = await rebuilt(place, points, signal)
    expect(whole.deaths).toBe(points.length)
    expectWhole(whole)
  },
)

test.for([
  [1, 'main'],
  [2, 'main'],
  [3, 'main'],
  [4, 'thread'],
] as const)(
  'a job that is killed at any commit while its state is built anew comes to the results of the new plan (%i, %s)',
  { timeout: 120_000 },
  async ([seed, place], { signal }) => {
    const random = seededRandom(seed)
    const points = Array.from({ length: 6 }, () => {
      const nth = 1 + Math.floor(random.next() ** 2 * 40)
      return `database.commit ${nth} ${random.next() < 0.5 ? 'before' : 'after'}`
    })
    const whole = await rebuilt(place, points, signal)
    expect(whole.deaths).toBeGreaterThan(1)
    expectWhole(whole)
  },
)
