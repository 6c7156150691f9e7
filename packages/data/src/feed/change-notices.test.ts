import { type FedChange, memoryLog, memoryNotices, seededRandom } from '@heddle/core'
import { createVirtualTime, settled } from '@heddle/core/testing'
import { beforeEach, expect, test } from 'vitest'
import { ChangeNotices } from './change-notices.ts'

let time: ReturnType<typeof createVirtualTime>
let notices: ReturnType<typeof memoryNotices>
let sent: string[]
let seed = 0
beforeEach(async () => {
  time = createVirtualTime()
  notices = memoryNotices()
  sent = []
  await notices.subscribe('heddle.changes', (payload) => sent.push(payload))
})

/** One process of several that share a database. */
function processOf(heard: FedChange[] = []): ChangeNotices {
  const ports = { clock: time.clock, timers: time.timers, random: seededRandom(++seed), log: memoryLog() }
  return new ChangeNotices(notices, ports, (change) => heard.push(change))
}
const change = (tenant: string, ...entities: string[]): FedChange => ({ tenant, entities: new Set(entities) })
const changes = (heard: readonly FedChange[]) =>
  heard.map(({ tenant, entities }) => [tenant, entities && [...entities]])

test('the first change goes out at once, and those of the time after it in one notice', async () => {
  const heard: FedChange[] = []
  const [writer, reader] = [processOf(), processOf(heard)]
  reader.listen()
  await settled()
  expect(changes(heard)).toEqual([[undefined, undefined]])
  writer.publish(change('a', 'bank.Account'))
  await settled()
  for (let times = 0; times < 100; times++) writer.publish(change('a', 'bank.Account', 'bank.Entry'))
  writer.publish(change('b', 'bank.Card'))
  expect(sent).toHaveLength(1)
  await time.advance(50)
  expect(sent).toHaveLength(2)
  expect(changes(heard).slice(1)).toEqual([
    ['a', ['bank.Account']],
    ['a', ['bank.Account', 'bank.Entry']],
    ['b', ['bank.Card']],
  ])
  writer.close()
  reader.close()
})

test('what a process says itself it does not hear', async () => {
  const heard: FedChange[] = []
  const both = processOf(heard)
  both.listen()
  await settled()
  both.publish(change('a', 'bank.Account'))
  await settled()
  expect([sent.length, heard.length]).toEqual([1, 1])
  both.close()
})

test('while nobody listens nothing is said, and somebody who begins to is heard', async () => {
  const writer = processOf()
  // Who listened before this process began has not yet said so.
  expect(writer.isWanted()).toBe(true)
  await time.advance(60_000)
  writer.publish(change('a', 'bank.Account'))
  await time.advance(50)
  expect([writer.isWanted(), sent.length]).toEqual([false, 0])

  const heard: FedChange[] = []
  const reader = processOf(heard)
  reader.listen()
  await time.advance(3_600_000)
  expect(writer.isWanted()).toBe(true)
  writer.publish(change('a', 'bank.Account'))
  await settled()
  expect(changes(heard).at(-1)).toEqual(['a', ['bank.Account']])
  reader.stopListening()
  await time.advance(60_000)
  expect(writer.isWanted()).toBe(false)
  writer.close()
})

test('more than fits into a notice is told as maybe anything', async () => {
  const heard: FedChange[] = []
  const [writer, reader] = [processOf(), processOf(heard)]
  reader.listen()
  await settled()
  writer.publish(change('a', ...Array.from({ length: 1000 }, (_, index) => `bank.Entity${index}`)))
  await settled()
  expect(changes(heard).at(-1)).toEqual([undefined, undefined])
  writer.close()
  reader.close()
})
