import { type InputFor, ref, type ValueOf } from '@heddle/core'
import { z } from 'zod'
import { entity } from '../entity/entity.ts'
import { hasMany, manyToMany } from '../repository/associations.ts'
import { repository } from '../repository/repository.ts'
import { autocrud } from './autocrud.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const assert = <_T extends true>() => undefined

const Customer = entity('shop.Customer', { key: 'id', fields: { id: z.uuid(), name: z.string() } })
const Tag = entity('shop.Tag', { key: 'name', fields: { name: z.string() } })
const Order = entity('shop.Order', { key: 'id', fields: { id: z.uuid(), number: z.int(), customer: ref(Customer) } })
const Item = entity('shop.Item', {
  key: 'id',
  fields: { id: z.uuid(), order: ref(Order), quantity: z.int().default(1), note: z.string().optional() },
  references: { order: { onDelete: 'cascade' } },
})
const Tagging = entity('shop.Tagging', { key: 'id', fields: { id: z.uuid(), order: ref(Order), tag: ref(Tag) } })
const Orders = repository(Order, {
  items: hasMany(Item, 'order'),
  tags: manyToMany(Tag, { through: Tagging, from: 'order', to: 'tag' }),
})

const plain = autocrud(Customer, { access: 'public' })
assert<Equal<InputFor<typeof plain.create>, { readonly name: string; readonly id?: string | undefined }>>()
assert<Equal<ValueOf<typeof plain.get>, { readonly id: string; readonly name: string }>>()
assert<Equal<ValueOf<typeof plain.count>, { readonly count: number }>>()

const orders = autocrud(Orders, {
  access: 'public',
  parts: { items: true },
  with: { customer: true, tags: true },
  lists: ['items', 'tags'],
})

export const create: InputFor<typeof orders.create> = { number: 1, customer: 'ada', items: [{ quantity: 2 }, {}] }
// @ts-expect-error the order of an item is the one that is made
export const twice: InputFor<typeof orders.create> = { number: 1, customer: 'ada', items: [{ order: 'o' }] }
// @ts-expect-error tags are no parts
export const tagged: InputFor<typeof orders.create> = { number: 1, customer: 'ada', tags: [] }

type Got = ValueOf<typeof orders.get>
assert<
  Equal<
    Got['items'],
    readonly {
      readonly id: string
      readonly quantity: number
      readonly order: string
      readonly note?: string | undefined
    }[]
  >
>()
assert<Equal<Got['customer'], string | { readonly id: string; readonly name: string }>>()
assert<Equal<Got['tags'], readonly { readonly name: string }[] | undefined>>()

export const get: InputFor<typeof orders.get> = { id: 'o', with: { customer: true } }
// @ts-expect-error nobody opened this path
export const closed: InputFor<typeof orders.get> = { id: 'o', with: { items: true } }
export const update: InputFor<typeof orders.update> = { id: 'o', changes: { number: 2, items: [{ note: 'x' }] } }
export const append: InputFor<typeof orders.appendItems> = { id: 'o', records: [{ quantity: 1 }] }
export const join: InputFor<typeof orders.appendTags> = { id: 'o', keys: ['red'] }
// @ts-expect-error what a joining entity connects is there already
export const wrong: InputFor<typeof orders.appendTags> = { id: 'o', records: [{ name: 'red' }] }
assert<Equal<ValueOf<typeof orders.removeTags>['records'], readonly { readonly name: string }[]>>()
assert<Equal<typeof orders.appendItems.name, 'shop.AppendOrderItems'>>()

// @ts-expect-error there is no such list
autocrud(Orders, { access: 'public', lists: ['customer'] })
// @ts-expect-error there is no such path
autocrud(Orders, { access: 'public', with: { seller: true } })
// @ts-expect-error a reference is no list of parts
autocrud(Orders, { access: 'public', parts: { customer: true } })
