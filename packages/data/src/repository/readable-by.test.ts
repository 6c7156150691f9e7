import { ref } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { hasMany, manyToMany } from './associations.ts'
import { repository } from './repository.ts'

const Customer = entity('shop.Customer', { key: 'id', fields: { id: z.string() } })
const Order = entity('shop.Order', { key: 'id', fields: { id: z.string(), customer: ref(Customer) } })
const Item = entity('shop.Item', { key: 'id', fields: { id: z.string(), order: ref(Order) } })
const Tag = entity('shop.Tag', { key: 'id', fields: { id: z.string() } })
const Tagging = entity('shop.Tagging', {
  key: 'id',
  fields: { id: z.string(), item: z.string(), tag: z.string() },
})
const Items = repository(Item, { tags: manyToMany(Tag, { through: Tagging, from: 'item', to: 'tag' }) })
const Orders = repository(Order, { items: hasMany(Items, 'order') })

const readBy = (port: { readonly reads?: () => Iterable<string> }) => [...port.reads!()].toSorted()

test('a repository may read the entities to which ways lead, however far, and also where they lead in a circle', () => {
  expect(readBy(repository(Customer))).toEqual(['shop.Customer'])
  expect(readBy(repository(Order))).toEqual(['shop.Customer', 'shop.Order'])
  expect(readBy(Orders)).toEqual(['shop.Customer', 'shop.Item', 'shop.Order', 'shop.Tag', 'shop.Tagging'])
})
