import { seededRandom } from '@heddle/core'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import declared, { act, actLater, listEffects, narrow } from '../../fixtures/job-worker.ts'
import { workAndDie } from '../../fixtures/work-and-die.ts'
import { runsOf } from '../index.ts'

const worker = join(import.meta.dirname, '../../fixtures/job-worker.ts')

test(
  'jobs and schedules of processes that are killed at their writes are done once, and all of them',
  { timeout: 90_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-jobs-kill-'))
    const random = seededRandom(7)
    const first = await declared.open({ folder })
    const inputs = Array.from({ length: 400 }, (_, index) => ({ id: `job ${index}` }))
    const usual = [...(await runsOf(first).laterAll(act, inputs.slice(0, 120)))]
    const ann = { id: 'ann', permissions: ['jobs:act'] }
    const keyed = (id: string) => ({ as: ann, idempotencyKey: id })
    const asked = inputs.slice(120, 200)
    for (const input of asked) {
      usual.push(await first.callOrThrow(actLater.command, { input }, keyed(input.id)))
    }
    const narrowed = await runsOf(first).laterAll(act, inputs.slice(200), { queue: narrow })
    await first.close()

    for (let kill = 0; kill < 8; kill++) await workAndDie(worker, folder, 1 + Math.floor(random.next() * 100))

    const last = await declared.open({ folder })
    await last.start()
    for (const { run } of [...usual, ...narrowed])
      expect(await runsOf(last).outcome(run)).toEqual({ ok: true, value: {} })
    // Who comes with the key of a job that was done gets its answer.
    for (const input of asked) expect(await last.call(act, input, keyed(input.id))).toEqual({ ok: true, value: {} })
    await last.close()

    const again = await declared.open({ folder })
    const counted = await again.callOrThrow(listEffects, {})
    expect(counted.filter(({ count }) => count !== 1)).toEqual([])
    expect(counted.filter(({ id }) => id.startsWith('job'))).toHaveLength(inputs.length)
    const seconds = counted.filter(({ id }) => id.startsWith('second')).map(({ id }) => Date.parse(id.slice(7)))
    const sorted = seconds.toSorted((one, other) => one - other)
    expect(sorted.slice(1).filter((at, index) => at - sorted[index]! !== 1000)).toEqual([])
    await again.close()
    rmSync(folder, { recursive: true, force: true })
  },
)
