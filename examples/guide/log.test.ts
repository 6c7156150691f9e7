import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { appendReadings, openReadings, type Reading, sumReadings } from './log.ts'

const reading = (hour: number): Reading => ({ meter: `m-${hour % 2}`, at: hour * 3_600_000, kwh: hour })

test('readings are kept once, summed up as they come, and there after a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-guide-log-'))
  const first = await openReadings(folder)
  const stop = new AbortController()
  const sums = sumReadings(first.topic, 0, stop.signal)

  const waiting = sums.next()
  expect(await appendReadings(first.topic, 'cellar', 0, [1, 2].map(reading))).toEqual({
    offset: 0,
    count: 2,
    repeated: 0,
  })
  expect((await waiting).value).toEqual({ next: 2, sum: 3, behind: 0 })
  // The gateway heard no answer, and has collected another one meanwhile.
  expect(await appendReadings(first.topic, 'cellar', 0, [1, 2, 3].map(reading))).toEqual({
    offset: 2,
    count: 1,
    repeated: 2,
  })
  expect((await sums.next()).value).toEqual({ next: 3, sum: 6, behind: 0 })
  await expect(appendReadings(first.topic, 'cellar', 7, [reading(8)])).rejects.toMatchObject({
    code: 'SequenceGap',
    message: 'The producer "cellar" of meters.Readings/0 sent its record 7 of the epoch 0, and 3 is the next.',
  })
  stop.abort()
  expect((await sums.next()).done).toBe(true)
  await first.log.close()

  const second = await openReadings(folder)
  expect(await second.topic.producer(0, 'cellar')).toEqual({ epoch: 0, next: 3 })
  expect(await second.topic.offsetAt(0, 2 * 3_600_000)).toBe(1)
  const again = sumReadings(second.topic, 2, new AbortController().signal)
  expect((await again.next()).value).toEqual({ next: 3, sum: 3, behind: 0 })
  await second.log.close()
  rmSync(folder, { recursive: true })
})
