import { findAnnotated, memoryLog } from '@heddle/core'
import { checkTypes } from '@heddle/core/testing'
import { listTypes, searchTypes } from '@heddle/types'
import { expect, test } from 'vitest'
import shop, { Order, OrderFromData, shown, SignUp, signUp, type Sku } from './types.ts'

const order = { sku: 'ABC-1234', title: ' A chair ', qty: '2', price: { minor: 4999, currency: 'EUR' } }

test('a type in code and the same type as data give the same', () => {
  const expected = { ...order, title: 'A chair', qty: 2 }
  expect(Order.parse(order)).toEqual(expected)
  expect(OrderFromData.parse(order)).toEqual(expected)
  const wrong = { ...order, sku: 'chair', title: ' ' }
  const messages = (type: typeof Sku | typeof OrderFromData, value: unknown) =>
    type.safeParse(value).error?.issues.map(({ path, message }) => `${path.join('/')}: ${message}`)
  expect(messages(OrderFromData, wrong)).toEqual([
    'sku: Invalid SKU: expected three capitals, a dash and four digits',
    'title: Too small: expected string to have >=1 characters',
  ])
})

test('a type of one’s own is found, tried and named like the others', () => {
  expect(searchTypes('product').map(({ name }) => name)).toEqual(['Sku'])
  expect(checkTypes(listTypes().filter(({ name }) => name === 'Sku'))).toEqual([])
})

const input = {
  name: ' Ann Other ',
  email: 'ann@example.com',
  phone: '+1 213 373 4253',
  password: 'correct horse battery',
}

test('marked values are masked, in the log too', async () => {
  expect(shown(input)).toEqual({ name: '•••', email: '•••', phone: '•••', password: '•••' })
  expect(findAnnotated(SignUp).map(({ path }) => path.join('/'))).toEqual(['name', 'email', 'phone', 'password'])

  const log = memoryLog()
  const opened = await shop.open({ ports: { log } })
  expect(await opened.call(signUp, input)).toEqual({ ok: true, value: { page: 'ann-other' } })
  expect(log.lines.map(({ message }) => message)).toEqual(['••• signs up'])
  const refused = await opened.call(signUp, { ...input, password: 'short' })
  expect(refused.ok ? [] : refused.errors.map(({ key, message }) => [key, message])).toEqual([
    ['data/password:TooSmall', 'Too small: expected string to have >=12 characters'],
  ])
  await opened.close()
})
