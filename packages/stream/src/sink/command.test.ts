import { app, command, memoryLog, systemFailure } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { sinkHost } from '../testing/source-host.ts'
import { testSink } from '../testing/test-sink.ts'
import { commandSinkKind } from './command.ts'
import type { SinkRecord } from './sink.ts'

const unknown = { kind: 'unknown' } as const

/** An app whose command keeps what it is called with, or does something else first. */
async function ledger(before: (n: number) => void | Promise<void> = () => {}) {
  const kept: { n: number }[] = []
  const add = command('ledger.Add', {
    input: z.object({ n: z.int() }),
    output: z.null(),
    errors: { Odd: z.object({}) },
    access: 'public',
    async run({ input, fail }) {
      await before(input.n)
      if (input.n === 13) return fail.Odd({})
      kept.push(input)
      return null
    },
  })
  return { kept, opened: await app('ledger', { parts: [add] }).open({}) }
}

testSink('command', async () => {
  let held: Promise<void> | undefined
  const { kept, opened } = await ledger(() => held)
  return {
    sink: commandSinkKind.create({ call: 'ledger.Add', concurrency: 1 }, unknown),
    host: { app: opened, ports: opened.ports },
    read: () => kept,
    block() {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return () => {
        held = undefined
        resolve()
      }
    },
    close: () => opened.close(),
  }
})

const record = (n: unknown): SinkRecord => ({
  id: `source/0/${String(n)}`,
  value: { n },
  key: undefined,
  time: 0,
  weight: 1,
})

test('keeps what the command refuses as dead letters, and goes on', async () => {
  const { kept, opened } = await ledger()
  const refused: unknown[] = []
  const open = await commandSinkKind.create({ call: 'ledger.Add', concurrency: 1 }, unknown).open(
    sinkHost({
      app: opened,
      ports: opened.ports,
      refuse: ({ id }, [failure]) => refused.push([id, failure!.code]),
    }),
  )
  await open.write([record(1), record(13), record('two'), record(2)], 1, true)
  expect(kept).toEqual([{ n: 1 }, { n: 2 }])
  expect(refused).toEqual([
    ['source/0/13', 'Odd'],
    ['source/0/two', 'InvalidType'],
  ])
  await opened.close()
})

test('calls again what may succeed later, under the same key', async () => {
  let failures = 2
  const { kept, opened } = await ledger(() => {
    if (failures-- > 0) throw systemFailure('Unavailable', { what: 'The ledger' })
  })
  const after = (_delayMs: number, fire: () => void) => {
    queueMicrotask(fire)
    return () => {}
  }
  const fast = { ...opened.ports, log: memoryLog(), timers: { after } }
  const open = await commandSinkKind
    .create({ call: 'ledger.Add' }, unknown)
    .open(sinkHost({ app: opened, ports: fast }))
  await open.write([record(1)], 1, true)
  expect(kept).toEqual([{ n: 1 }])
  await opened.close()
})

test('says which command is missing', async () => {
  const { opened } = await ledger()
  const sink = commandSinkKind.create({ call: 'ledger.Ad' }, unknown)
  expect(() => sink.open(sinkHost({ app: opened }))).toThrow('the command ledger.Ad')
  for (const example of commandSinkKind.examples) commandSinkKind.config.parse(example)
  await opened.close()
})
