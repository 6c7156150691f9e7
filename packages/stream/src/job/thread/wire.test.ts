import { once } from 'node:events'
import { MessageChannel } from 'node:worker_threads'
import { Decimal } from '@heddle/types/decimal'
import { afterEach, expect, test } from 'vitest'
import { type Deeds, Wire } from './wire.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Two ends of a wire; the second one does what it is given. */
function wired<Own extends Deeds>(own: Own) {
  const { port1, port2 } = new MessageChannel()
  closing.push(() => port1.close())
  const failed: unknown[] = []
  const told = new EventTarget()
  new Wire(port2, own, (thrown) => {
    failed.push(thrown)
    told.dispatchEvent(new Event('failed'))
  })
  return { wire: new Wire<Own>(port1, {}, () => undefined), failed, told }
}

test('one side asks the other one, many times at once, and each is answered', async () => {
  const { wire } = wired({ add: async (one: number, other: number) => one + other })
  const sums = await Promise.all(Array.from({ length: 100 }, (_, number) => wire.ask('add', number, 1)))
  expect(sums).toEqual(Array.from({ length: 100 }, (_, number) => number + 1))
})

test('decimals arrive as decimals, in what is given and in what is answered', async () => {
  const seen: unknown[] = []
  const { wire } = wired({
    twice: async (given: readonly { readonly v: Decimal }[], bytes: Uint8Array, at: Date) => {
      seen.push(given, bytes, at)
      return { all: given.map(({ v }) => v.plus(v)), none: null }
    },
  })
  const named = JSON.parse('{"__proto__":{"w":0}}') as object
  const given = [{ v: Decimal.read('1.10')!, k: 'a', of: [1] }, Object.assign(named, { v: Decimal.of(2) })]
  const answer = await wire.ask('twice', given, new Uint8Array([1, 2]), new Date(5))
  expect(answer).toEqual({ all: [Decimal.read('2.2'), Decimal.of(4)], none: null })
  expect(answer.all[0]).toBeInstanceOf(Decimal)
  expect(Object.keys((seen[0] as object[])[1]!)).toEqual(['__proto__', 'v'])
  expect(seen).toEqual([given, new Uint8Array([1, 2]), new Date(5)])
  // What the sender holds stays what it was.
  expect(given[0]!.v).toBeInstanceOf(Decimal)
  const loop: unknown[] = []
  loop.push(loop)
  await expect(wire.ask('twice', loop as never, new Uint8Array(), new Date(0))).rejects.toThrow()
})

test('what is thrown on the other side is thrown here, what cannot be copied too', async () => {
  const { wire } = wired({
    refuse: async () => {
      throw new RangeError('too far')
    },
    give: async () => () => 1,
    take: async (_given: unknown) => undefined,
  })
  await expect(wire.ask('refuse')).rejects.toMatchObject({ name: 'RangeError', message: 'too far' })
  await expect(wire.ask('give')).rejects.toMatchObject({ name: 'DataCloneError' })
  await expect(wire.ask('take', () => 1)).rejects.toMatchObject({ name: 'DataCloneError' })
})

test('what fails where nobody waits for an answer is told on that side', async () => {
  const { wire, failed, told } = wired({
    note: () => {
      throw new RangeError('too far')
    },
  })
  wire.tell('note')
  await once(told, 'failed')
  expect(failed).toMatchObject([{ message: 'too far' }])
})

test('whoever waits is told when the other side is gone, and so is who asks later', async () => {
  const { wire } = wired({ wait: () => new Promise<void>(() => undefined) })
  const waiting = wire.ask('wait')
  wire.end(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  await expect(wire.ask('wait')).rejects.toThrow('gone')
  wire.tell('wait')
})
