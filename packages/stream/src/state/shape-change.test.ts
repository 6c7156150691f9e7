import { expect, test } from 'vitest'
import { shapeChange } from './shape-change.ts'

const hour = 3_600_000
const tumbling = (size: number, every = size) => ({ size, every, offset: 0, aggregates: ['count()'] })

test.each([
  ['window', tumbling(hour), tumbling(2 * hour), 'size 1h → 2h'],
  ['window', tumbling(24 * hour), tumbling(90_000), 'size 1d → 90s'],
  ['window', tumbling(hour), tumbling(hour, 600_000), 'every nothing → 10m'],
  ['window', { sliding: 1500 }, { sliding: 60_000 }, 'sliding 1500ms → 1m'],
  ['window', { session: hour }, { session: 0 }, 'session 1h → 0ms'],
  ['window', { count: 10, every: 1000 }, { count: 10, every: 2000 }, 'every 1000 → 2000'],
  ['pattern', { withinMs: hour }, { withinMs: 2 * hour }, 'within 1h → 2h'],
  ['smooth', { size: 1000 }, { size: 2000 }, 'size 1000 → 2000'],
  ['window', tumbling(hour), { ...tumbling(hour), by: 'it.to' }, 'by nothing → "it.to"'],
  ['window', undefined, tumbling(hour), /^nothing → \{"aggregates":/],
])('settings of a %s that differ are told as they are written: %j and %j', (kind, before, after, told) => {
  expect(shapeChange(kind, before, after)).toMatch(told)
})
