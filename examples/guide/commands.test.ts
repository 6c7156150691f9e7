import { expect, test } from 'vitest'
import declared, { bookRoom, listNights, Price, seen } from './commands.ts'

const hotel = await declared.open()
const guest = { email: 'ada@example.com', nights: 2 }

test('a command gives a typed outcome: a value, an input error, a declared error', async () => {
  expect(await hotel.call(bookRoom, guest)).toEqual({ ok: true, value: { total: 18_000, told: true } })
  const refused = await hotel.call(bookRoom, { ...guest, nights: 0 })
  expect(refused.ok || refused.errors.map(({ key }) => key)).toEqual(['data/nights:TooSmall'])
  const full = await hotel.call(bookRoom, { ...guest, nights: 25 })
  expect(full.ok || full.errors[0]).toMatchObject({
    key: 'domain/nights:FullyBooked',
    message: 'There is no room before 2027-01-31.',
    retry: 'later',
  })
  expect(seen).toContain('hotel.NotifyGuest')
})

test('from outside a command needs its permission', async () => {
  const as = { id: 'ada', permissions: ['hotel:*'] }
  expect(await hotel.call(bookRoom, guest, { as })).toMatchObject({ ok: true })
  expect(await hotel.call(bookRoom, guest, { as: null })).toMatchObject({ errors: [{ code: 'Unauthenticated' }] })
})

test('a stream gives items and then an outcome; a batch gives outcomes in order; a contract can be called', async () => {
  const nights = hotel.stream(listNights, { nights: 2 })
  const items: unknown[] = []
  for await (const item of nights) items.push(item)
  expect(items).toEqual([
    { night: 1, cents: 9_000 },
    { night: 2, cents: 9_000 },
  ])
  expect(await nights.outcome).toEqual({ ok: true, value: { total: 18_000 } })
  const batch = await hotel.batch(Price, [{ nights: 1 }, { nights: 2 }])
  expect(batch).toEqual([9_000, 18_000].map((value) => ({ ok: true, value })))
})

test('one idempotency key is one call', async () => {
  const before = seen.length
  const calls = [1, 2, 3].map(() => hotel.call(bookRoom, guest, { idempotencyKey: 'booking-1' }))
  for (const outcome of await Promise.all(calls)) expect(outcome).toMatchObject({ ok: true })
  expect(seen.slice(before).filter((name) => name === 'hotel.BookRoom')).toHaveLength(1)
})
