import { app, command, ref } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { repository } from '../repository/repository.ts'
import { usualDatabase } from '../testing/test-store.ts'
import { type AnyEntity, entity } from './entity.ts'
import type { OnDelete } from './references.ts'

const id = z.string()
const Customer = entity('shop.Customer', { key: 'id', fields: { id } })
const orderOf = (onDelete?: OnDelete) =>
  entity('shop.Order', {
    key: 'id',
    fields: { id, by: ref(Customer).optional() },
    references: { by: { onDelete } },
  })

const Customers = repository(Customer)
const facts = { input: z.object({ id }), output: z.object({}), uses: [Customers] } as const
const remove = command('shop.Remove', {
  ...facts,
  async run({ input, ctx }) {
    ctx.use(Customers).delete(await ctx.use(Customers).getOrThrow(input.id))
    return {}
  },
})
const outer = command('shop.RemoveLater', {
  input: z.object({}),
  output: z.object({}),
  calls: [remove],
  run: () => ({}),
})
const read = command('shop.Read', { ...facts, kind: 'query', run: () => ({}) })

const held = (...entities: readonly AnyEntity[]) => {
  const { parts } = app('shop', { parts: [remove, outer, read, ...entities], database: usualDatabase() }).manifest()
  const sections = parts['command'] as unknown as Record<string, { possibleErrors: string[] }>
  return Object.values(sections).flatMap(({ possibleErrors }) =>
    possibleErrors.filter((key) => key.includes('StillReferenced')),
  )
}

test('a command that may delete tells that a record may still be referred to, where something does', () => {
  expect(held()).toEqual([])
  expect(held(orderOf())).toEqual(['runtime:StillReferenced', 'shop.Remove>runtime:StillReferenced'])
  expect(held(orderOf('setNull'))).toEqual([])
  expect(held(orderOf('cascade'))).toEqual([])
})

test('what is removed along may be held by something else', () => {
  const Order = orderOf('cascade')
  const Item = entity('shop.Item', { key: 'id', fields: { id, order: ref(Order) } })
  expect(held(Order, Item)).toContain('runtime:StillReferenced')
})
