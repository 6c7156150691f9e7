import { expect, test } from 'vitest'
import { growingIds, uuidV7 } from './ids.ts'

test('an id holds its time, its version, its variant and the bytes that were drawn', () => {
  const bytes = Uint8Array.from({ length: 16 }, (_, index) => 0xf0 + index)
  const id = uuidV7({ now: () => 0x0123_4567_89ab }, { next: () => 0, bytes: () => bytes.slice() })
  expect(id).toBe('01234567-89ab-76f7-b8f9-fafbfcfdfeff')
})

test('ids of one millisecond grow, also over a carry and when the clock is put back', () => {
  let nowMs = 1000
  const drawn = [0xff, 0x00, 0xff]
  const random = { next: () => 0, bytes: () => new Uint8Array(16).fill(drawn.shift() ?? 0) }
  const newId = growingIds({ now: () => nowMs }, random)
  const ids = [newId(), newId(), newId()]
  nowMs = 900
  ids.push(newId())
  expect(ids).toEqual([
    '00000000-03e8-7fff-bfff-ffffffffffff',
    '00000000-03e8-7fff-c000-000000000000',
    '00000000-03e8-7fff-c000-000000000001',
    '00000000-03e8-7fff-c000-000000000002',
  ])
})
