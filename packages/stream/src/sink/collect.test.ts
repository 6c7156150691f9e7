import { expect, test } from 'vitest'
import { sinkHost } from '../testing/source-host.ts'
import { testSink } from '../testing/test-sink.ts'
import { collectSink } from './collect.ts'

for (const delivery of ['transactional', 'staged', 'idempotent', 'plain'] as const) {
  testSink(`collect, ${delivery}`, () => {
    let held: Promise<void> | undefined
    const sink = collectSink({ delivery, room: () => held })
    return {
      sink,
      read: () => sink.values,
      ...(delivery === 'plain' && {
        block() {
          const { promise, resolve } = Promise.withResolvers<void>()
          held = promise
          return () => {
            held = undefined
            resolve()
          }
        },
      }),
    }
  })
}

test('keeps records, not only their values, and stays when it is opened again', async () => {
  const out = collectSink({ delivery: 'plain' })
  const open = await out.open(sinkHost())
  await open.write([{ id: 'a', value: 1, key: 'k', time: 5, weight: -1 }], 1)
  await out.open(sinkHost())
  expect(out.records).toEqual([{ id: 'a', value: 1, key: 'k', time: 5, weight: -1 }])
})
