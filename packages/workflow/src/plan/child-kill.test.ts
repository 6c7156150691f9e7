import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { seededRandom } from '@heddle/core'
import { expect, test } from 'vitest'
import declared, { listEffects, outer } from '../../fixtures/nested-plans.ts'
import { workAndDie } from '../../fixtures/work-and-die.ts'
import { runsOf } from '../index.ts'

const file = join(import.meta.dirname, '../../fixtures/nested-plans.ts')

test(
  'plans within plans, of processes that are killed at their writes, end as they should, with each effect once',
  { timeout: 90_000 },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-nested-kill-'))
    const random = seededRandom(11)
    const numbers = Array.from({ length: 60 }, (_, index) => index)
    const first = await declared.open({ folder })
    const begun = []
    for (const number of numbers) begun.push(await runsOf(first).start(outer, { number }))
    await first.close()

    for (let kill = 0; kill < 6; kill++) await workAndDie(file, folder, 1 + Math.floor(random.next() * 60))

    const last = await declared.open({ folder })
    await last.start()
    for (const [number, { run }] of begun.entries()) {
      const outcome = await runsOf(last).outcome(run)
      if (number % 2 === 1) expect(outcome).toMatchObject({ ok: false, errors: [{ code: 'Odd', data: { number } }] })
      else expect(outcome).toEqual({ ok: true, value: { id: `outer/after/${number}` } })
    }
    const expected = numbers.flatMap((number) => {
      const ways = number % 2 === 1 ? ['inner/undone', 'outer/undone'] : ['inner/second', 'outer/after']
      return ['outer/before', 'inner/first', ...ways].map((way) => ({ id: `${way}/${number}`, count: 1 }))
    })
    const counted = await last.callOrThrow(listEffects, {})
    expect(counted.map(({ id, count }) => ({ id, count }))).toEqual(
      expected.toSorted((one, other) => (one.id < other.id ? -1 : 1)),
    )
    await last.close()
    rmSync(folder, { recursive: true, force: true })
  },
)
