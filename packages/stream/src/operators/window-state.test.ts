import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { makeStep } from '../../fixtures/make-step.ts'
import { windowedEvents } from '../../fixtures/windowed-events.ts'
import type { KeyFunction } from './functions.ts'
import type { Out } from '../operator/operator.ts'
import type { Key } from '../record/record.ts'
import { openState } from '../state/open-state.ts'
import { numbered, runOperator } from '../testing/run-operator.ts'
import { isWatermark, type StreamEvent } from '../testing/stream-events.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-window-state-'))
afterAll(() => rmSync(folder, { recursive: true }))

const aggregate = {
  count: 'count()',
  sum: 'sum(it.number)',
  mean: 'avg(it.number)',
  least: 'min(it.number)',
  most: 'max(it.of)',
  first: 'first(it)',
  last: 'last(it)',
  distinct: 'distinct(it.number)',
  approx: 'approxDistinct(it.number)',
  median: 'percentile(it.number, 0.5)',
  top: 'top(it.of, 2)',
  topBy: 'topBy(it, 2, it.number)',
  all: 'collect(it.number, 3)',
}

/** What a step tells whose state is in a file with hardly any memory, closed and opened again after every few events. */
function overFile(
  make: () => ReturnType<typeof makeStep>,
  events: readonly StreamEvent[],
  memoryBytes: number,
): unknown[] {
  const file = join(mkdtempSync(join(folder, 'state-')), 'task.state')
  const told: unknown[] = []
  let [watermark, key] = [-Infinity, undefined as Key | undefined]
  let state = openState({ file, memoryBytes })
  let operator = make()
  let step = state.step('window', operator.state!)
  const out: Out = {
    emit: (value, time, weight = 1) => void told.push([value, time, weight, undefined]),
    side: (name, value, time, weight = 1) => void told.push([value, time, weight, name]),
    timer: (time) => step.timer(time),
    cancelTimer: (time) => step.cancelTimer(time),
    rekey: () => undefined,
    late: () => undefined,
    get watermark() {
      return watermark
    },
    get key() {
      return key
    },
  }
  numbered(events).forEach((event, index) => {
    if (isWatermark(event)) {
      watermark = event.watermark
      for (let timer = step.takeTimer(watermark); timer !== undefined; timer = step.takeTimer(watermark)) {
        key = step.key
        operator.onTimer!(timer, step.cells, out)
      }
    } else {
      key = (operator.key as KeyFunction)(event.value, event.time)
      step.select(key)
      operator.onRecord(
        { value: event.value, time: event.time, key, weight: 1, input: 0, id: event.id! },
        step.cells,
        out,
      )
    }
    const { epoch, hash } = state.checkpoint(index + 1)
    if (epoch % 3 !== 0) return
    state.close()
    state = openState({ file, memoryBytes })
    state.restore(epoch, hash)
    operator = make()
    step = state.step('window', operator.state!)
  })
  state.close()
  return told
}

test.each([
  { tumbling: '10ms', lateness: '9ms' },
  { hopping: { size: '10ms', every: '4ms' }, trigger: { count: 2, every: '3ms' } },
  { session: '5ms', lateness: '9ms' },
  { sliding: '10ms' },
  { count: 3, every: 1 },
  { global: true, trigger: { count: 2, every: '5ms' } },
])('a window %j tells the same from a state in a file, with each aggregate of the language', (window) => {
  const make = () => makeStep({ window: { ...window, by: 'it.of' }, aggregate } as never)
  fc.assert(
    fc.property(windowedEvents(20), fc.constantFrom(1_000, 1_000_000), (events, memoryBytes) => {
      const expected = runOperator(make, events).map(({ value, time, weight = 1, side }) => [value, time, weight, side])
      expect(overFile(make, events, memoryBytes)).toEqual(expected)
    }),
    { numRuns: 3, seed: 20_261_121 },
  )
})
