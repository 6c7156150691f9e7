import { app, command, event, type Part } from '@heddle/core'
import { createVirtualTime } from '@heddle/core/testing'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { projection } from '../event-store/projection.ts'
import { repository } from '../repository/repository.ts'
import { sqlite } from '../sqlite/sqlite.ts'
import { handler } from './handler.ts'

const Counted = event('count.Counted', { data: z.object({ n: z.int() }) })
const Sum = entity('count.Sum', { key: 'id', fields: { id: z.string(), n: z.int() } })
const Sums = repository(Sum)
const count = command('count.Count', {
  input: z.object({ n: z.int() }),
  output: z.null(),
  emits: [Counted],
  run: ({ input, emit }) => (emit(Counted, input), null),
})
const look = handler('count.Look', { on: [Counted], run: () => undefined })
const sumUp = projection('count.SumUp', {
  on: [Counted],
  into: [Sum],
  uses: [Sums],
  run: ({ input: { data }, ctx }) => void ctx.use(Sums).insert({ id: `${data.n}`, n: data.n }),
})

const measuring: Part = {
  kind: { name: 'observer', compare: () => [] },
  name: 'metrics',
  describe: () => ({}),
  observe: async () => ({ metrics: true }),
}

test('how long events took until a handler and a projection were done with them is a metric', async () => {
  const { clock, advance } = createVirtualTime()
  const parts = [count, look, sumUp, measuring]
  const counting = await app('count', { parts, database: sqlite().simulated!() }).open({
    ports: { clock },
  })
  for (const n of [1, 2]) await counting.callOrThrow(count, { n })
  await advance(3000)
  await counting.start()
  const lags = () =>
    counting.ports.telemetry.metrics!.collect().find(({ name }) => name === 'heddle_reader_lag_seconds')?.series ?? []
  const read = () =>
    lags().map(({ labels, value }) => (typeof value === 'number' ? value : [labels['reader'], value.count, value.sum]))
  await expect.poll(read).toEqual([
    ['count.Look', 2, 6],
    ['count.SumUp', 2, 6],
  ])
  await counting.close()
})
