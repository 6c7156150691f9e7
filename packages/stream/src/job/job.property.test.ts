import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createPorts, type Random, seededRandom } from '@heddle/core'
import { parsePlan } from '@heddle/pipeline'
import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import { type CollectOptions, collectSink } from '../sink/collect.ts'
import { listSource } from '../source/list.ts'
import { openState } from '../state/open-state.ts'
import { runJob } from '../testing/run-job.ts'
import { memoryCheckpoints } from '../testing/run-task.ts'
import { job } from './job.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 20261121)
const numRuns = Number(process.env.HEDDLE_JOBS ?? 50)

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** Steps that give what they read, so that any can follow any. */
const steps = fc.oneof(
  fc.nat(9).map((n) => `filter: it.n >= ${n}`),
  fc.integer({ min: 1, max: 5 }).map((by) => `map: { id: it.id, shop: it.shop, n: it.n + ${by} }`),
  fc.constantFrom('10s', '40s').map((memory) => `dedupe: { by: it.id, memory: ${memory} }`),
  fc.constant('sample: { rate: 0.6, by: it.id }'),
  fc.constant('keyBy: it.shop'),
  fc.nat(4).map((more) => `throttle: { limit: ${1 + more}, per: 20s, by: it.shop }`),
  fc.constantFrom('5s', '20s').map((after) => `timer: { by: it.shop, after: ${after} }`),
  fc.constant(
    'pattern: { by: it.shop, sequence: [{ name: high, if: it.n > 6 }, { name: low, if: it.n < 6 }], within: 30s, give: { id: low.id, shop: low.shop, n: high.n } }',
  ),
  fc.constant(
    'machine: { by: it.shop, initial: low, states: { low: { on: [{ if: it.n > 7, to: high, give: { id: it.id, shop: it.shop, n: it.n } }] }, high: { on: [{ if: it.n < 4, to: low, give: { id: it.id, shop: it.shop, n: 0 - it.n } }] } } }',
  ),
)
const windows = fc.constantFrom(
  'tumbling: 20s',
  'tumbling: 20s, lateness: 30s',
  'hopping: { size: 30s, every: 10s }',
  'sliding: 15s',
  'session: 6s',
  'count: 7',
)
const last = fc.option(
  windows.map(
    (window) =>
      `{ window: { ${window}, by: it.shop }, aggregate: { many: count(), all: sum(it.n), mean: avg(it.n), ids: 'collect(it.id, 5)', kinds: distinct(it.n) } }`,
  ),
  { nil: undefined },
)
const plans = fc.record({ steps: fc.array(steps, { maxLength: 5 }), last })
/** Sales with repeats, out of order: some more than the plan allows, so that they are late. */
const salesOf = (count: number, random: Random) =>
  Array.from({ length: count }, (_, index) => ({
    id: Math.floor(random.next() * 60),
    shop: 'abc'[Math.floor(random.next() * 3)]!,
    n: Math.floor(random.next() * 11),
    at: index * 500 - Math.floor(random.next() ** 3 * 12_000),
  }))

const textOf = (plan: { readonly steps: readonly string[]; readonly last: string | undefined }) => {
  const all = [...plan.steps.map((step) => `{ ${step} }`), '{ operator: deadly }', ...(plan.last ? [plan.last] : [])]
  return `heddle: 1
pipeline: shop.Sales
source: { given: sales, type: { id: int, shop: string, n: int, at: int }, time: it.at, disorder: 2s, decode: whole }
steps:
${all.map((step, index) => `  - ${step.replace('{', `{ id: step${index},`)}`).join('\n')}
sink: { given: out }
`
}

/** An operator that may die of each record. */
const deadly = (look: () => void) => ({
  create: () => ({
    kind: 'deadly',
    onRecord: (
      { value, time }: { value: unknown; time: number },
      _cells: unknown,
      out: { emit(v: unknown, t: number): void },
    ) => {
      look()
      out.emit(value, time)
    },
  }),
})

/** A checkpoint is due after each batch, so that a job that begins anew has most of its way behind it. */
const ports = createPorts({
  timers: {
    after(_delayMs, fire) {
      const next = setImmediate(fire)
      return () => clearImmediate(next)
    },
  },
})

const isKill = (thrown: unknown): boolean => String((thrown as Error).message).includes('killed')

test(
  'a job of any steps that dies anywhere gives what it would have given, whatever its batches',
  { timeout: 60_000 + numRuns * 500 },
  async () => {
    let [allDeaths, allTold, allCommits] = [0, 0, 0]
    await fc.assert(
      fc.asyncProperty(
        plans,
        fc.integer({ min: 1, max: 400 }),
        fc.constantFrom('transactional', 'idempotent', 'staged'),
        fc.boolean(),
        fc.nat(),
        async (plan, count, delivery: CollectOptions['delivery'], isInFile, drawn) => {
          const parsed = parsePlan(textOf(plan))
          if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
          const random = seededRandom(drawn)
          const given = salesOf(count, random)
          const run = async (most: number) => {
            const out = collectSink({ delivery })
            const store = memoryCheckpoints()
            const folder = isInFile ? mkdtempSync(join(tmpdir(), 'heddle-any-job-')) : undefined
            if (folder !== undefined) folders.push(folder)
            const opened = () => openState(folder === undefined ? {} : { file: join(folder, 'state') })
            let state = opened()
            let deaths = 0
            const dieSometimes = (chance: number) => () => {
              if (deaths >= most || random.next() >= chance) return
              deaths++
              throw new Error('killed')
            }
            const made = job(parsed.plan, {
              sources: { sales: listSource(given) },
              sinks: { out },
              operators: { deadly: deadly(dieSometimes(0.005)) },
            })
            const settings = { checkpointMs: 0, latencyMs: 0, outbox: 100, batch: 60 }
            for (;;) {
              try {
                await runJob(made, { store, state, ports, random, at: dieSometimes(0.05), settings })
                break
              } catch (thrown) {
                if (!isKill(thrown)) throw thrown
              }
              if (folder === undefined) continue
              state.close()
              state = opened()
            }
            state.close()
            allDeaths += deaths
            allCommits += store.commits.length
            return out.records.map(({ value, time, weight, id }) => ({ value, time, weight, id }))
          }
          const told = await run(0)
          expect(await run(12)).toEqual(told)
          allTold += told.length
        },
      ),
      { seed, numRuns },
    )
    expect(allDeaths).toBeGreaterThan(2 * numRuns)
    expect(allCommits).toBeGreaterThan(10 * numRuns)
    expect(allTold).toBeGreaterThan(10 * numRuns)
  },
)
