import { type AnyCommand, app, command, type Port, ref, type Referable } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { readsOf } from './reads.ts'

/** A port that says of which entities it reads records, or one that may read any. */
const reading = (name: string, ...entities: string[]): Port<object> => ({
  kind: 'port',
  name,
  external: false,
  bind: () => ({}),
  ...(entities.length > 0 && { reads: () => entities }),
})
const Lot: Referable<{ readonly id: string }, string> & { readonly name: string } = {
  name: 'shop.Lot',
  keyType: z.string(),
  load: (_scope, keys) => keys.map((id) => ({ id })),
}
const query = (name: string, more: object) =>
  command(`shop.${name}`, { kind: 'query', input: z.object({}), output: z.null(), run: () => null, ...more } as never)

const plain = query('Plain', {})
const own = query('Own', { uses: [reading('orders', 'shop.Order')] })
const outer = query('Outer', { uses: [reading('items', 'shop.Item')], calls: [own] })
const byRef = query('ByRef', { input: z.object({ lot: ref(Lot).optional() }) })
const raw = query('Raw', { uses: [reading('sql')] })
const anything = query('Anything', { calls: [raw] })
const outside = query('Outside', { uses: [{ kind: 'port', name: 'mail.Mailer', external: true }] })

test('an answer rests on what a query and those that it calls read, and on the records to which its input refers', async () => {
  const shop = await app('shop', { parts: [plain, own, outer, byRef, raw, anything] }).open()
  const read = (one: AnyCommand) => {
    const names = readsOf(shop, one)
    return names && [...names].toSorted()
  }
  expect([plain, own, outer, byRef].map(read)).toEqual([[], ['shop.Order'], ['shop.Item', 'shop.Order'], ['shop.Lot']])
  expect(read(anything)).toBeUndefined()
  // What is outside of the app tells of no change.
  expect(read(outside)).toEqual([])
  await shop.close()
})
