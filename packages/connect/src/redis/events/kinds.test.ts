import { type AnyEvent, buildManifest, checkManifests, event, pii } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { eventsFromRedis } from './from-redis.ts'
import { fromRedisKind, toRedisKind } from './kinds.ts'
import { eventsToRedis } from './to-redis.ts'

const data = z.object({ order: z.string(), note: z.string() })
const Placed = event('shop.Placed', { data })
const Short = event('shop.Placed', { data: data.omit({ note: true }) })
const Gone = event('shop.Gone', { data: z.object({}) })
const at = { url: 'redis://127.0.0.1' }
type Events = readonly [AnyEvent, ...AnyEvent[]]
const sends = (...events: Events) => [eventsToRedis(at, { stream: 'shop', events })]
const takes = (...events: Events) => [eventsFromRedis(at, { stream: 'shop', group: 'billing', events })]

const verdicts = async (before: ReturnType<typeof takes>, after: ReturnType<typeof takes>) => {
  // An app lists the parts of its parts.
  const whole = (parts: typeof before) =>
    buildManifest('shop', [...parts, ...parts.flatMap((part) => part.parts ?? [])])
  const found = await checkManifests(whole(before), whole(after), [toRedisKind, fromRedisKind, Placed.kind])
  return found.map(({ level, item, change }) => `${level} ${item} ${change}`)
}

test('check tells of an event that is no longer sent, and of a field that is no longer in it', async () => {
  expect(await verdicts(sends(Placed, Gone), sends(Placed, Gone))).toEqual([])
  expect(await verdicts(sends(Placed), sends(Placed, Gone))).toContain('safe events to shop events: also shop.Gone')
  expect(await verdicts(sends(Placed, Gone), sends(Placed))).toContain(
    'breaking events to shop events: without shop.Gone',
  )
  expect(await verdicts(sends(Placed), [])).toContain('breaking events to shop removed')
  expect(await verdicts(sends(Placed), sends(Short))).toEqual([
    expect.stringMatching(/^breaking event shop.Placed .*note/),
  ])
})

test('check tells of an event that is no longer taken, and of a field that is needed now', async () => {
  expect(await verdicts(takes(Placed, Gone), takes(Placed))).toContain(
    'breaking events from shop as billing events: without shop.Gone',
  )
  expect(await verdicts(takes(Placed), [])).toContain('breaking events from shop as billing removed')
  expect(await verdicts([], takes(Placed))).toContain('safe events from shop as billing added')
  expect(await verdicts(takes(Short), takes(Placed))).toEqual([
    expect.stringMatching(/^breaking event shop.Placed .*note/),
  ])
})

test('check tells when what is marked is sent in another way', async () => {
  const Named = event('shop.Named', { data: z.object({ name: pii(z.string()) }) })
  const as = (marked: 'encrypted' | 'plain') => [eventsToRedis(at, { stream: 'shop', events: [Named], marked })]
  expect(await verdicts(as('plain'), as('encrypted'))).toEqual(['breaking events to shop marked: plain → encrypted'])
})

test('the command that takes events is named after the stream and the group, or as it is said', () => {
  const nameOf = (options: object) =>
    eventsFromRedis(at, { stream: 'shop-orders', group: 'billing', events: [Placed], ...options }).commands![0]!.name
  expect(nameOf({})).toBe('billing.TakeShopOrdersEvents')
  expect(nameOf({ command: 'billing.TakeOrders' })).toBe('billing.TakeOrders')
})
