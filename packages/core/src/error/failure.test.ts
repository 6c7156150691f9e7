import { expect, test } from 'vitest'
import { z } from 'zod'
import { declaredFacts, error } from './declared.ts'
import { Defect } from './defect.ts'
import { Failure, fill, systemFailure } from './failure.ts'

const missing = new Failure('InsufficientFunds', { missing: 3 }, declaredFacts('InsufficientFunds', z.object({})))

test('a declared failure is of the domain, for information, and not worth a retry, unless its definition says more', () => {
  expect(missing).toMatchObject({
    code: 'InsufficientFunds',
    data: { missing: 3 },
    key: 'domain:InsufficientFunds',
    category: 'domain',
    severity: 'info',
    retry: 'never',
    message: 'Insufficient funds.',
    help: undefined,
  })
  const type = error(z.object({ missing: z.int() }), {
    category: 'external',
    message: '{missing} cents are missing.',
    retry: { afterMs: 5 },
    help: 'Pay in first.',
  })
  const told = new Failure('InsufficientFunds', { missing: 3 }, declaredFacts('InsufficientFunds', type))
  expect(told).toMatchObject({
    key: 'external:InsufficientFunds',
    message: '3 cents are missing.',
    retry: { afterMs: 5 },
    help: 'Pay in first.',
  })
})

test('a failure carries no stack', () => {
  expect(missing).not.toBeInstanceOf(Error)
  expect(missing).not.toHaveProperty('stack')
})

test('each caller that a failure crosses adds the name of the command it came from', () => {
  const seen = missing.through('bank.Pay').through('shop.Order')
  expect(seen.key).toBe('shop.Order>bank.Pay>domain:InsufficientFunds')
  expect(seen.via).toEqual(['shop.Order', 'bank.Pay'])
  expect(seen).toMatchObject({ data: missing.data, message: missing.message, retry: missing.retry })
  expect(missing.via).toEqual([])
})

test('as JSON it tells everything but its cause', () => {
  const failure = systemFailure(
    'NotFound',
    { entity: 'Account', key: 'a-1' },
    { path: ['from'], cause: new Error('secret') },
  )
  expect(JSON.parse(JSON.stringify(failure.through('bank.Pay')))).toEqual({
    code: 'NotFound',
    key: 'bank.Pay>data/from:NotFound',
    path: ['from'],
    via: ['bank.Pay'],
    category: 'data',
    severity: 'info',
    message: 'There is no Account with the key a-1.',
    data: { entity: 'Account', key: 'a-1' },
    retry: 'never',
  })
})

test('as JSON its data is plain, also where JSON has no such value', () => {
  const failure = systemFailure('TooSmall', { minimum: 5n, at: new Date(0), seen: new Set([1]) }, { message: 'no' })
  expect(failure.toJSON().data).toEqual({ minimum: '5', at: '1970-01-01T00:00:00.000Z', seen: [1] })
  expect(fill('{minimum} {list}', { minimum: 5n, list: [6n] })).toBe('5 ["6"]')
})

test('causes are told nearest first, and a circle of causes ends', () => {
  const root = new Error('the disk is full')
  const middle = new Error('the file was not written', { cause: root })
  const failure = systemFailure('Unavailable', { what: 'The database' }, { cause: middle })
  expect(failure.causes()).toEqual([middle, root])
  expect(systemFailure('Internal', {}, { cause: failure }).causes()).toEqual([failure, middle, root])

  root.cause = middle
  expect(failure.causes()).toEqual([middle, root])
  expect(systemFailure('Internal').causes()).toEqual([])
})

test('a message of its own replaces the declared one', () => {
  expect(systemFailure('Denied', { because: 'x' }, { message: 'Not today.' }).message).toBe('Not today.')
})

test('a message is filled with the fields of the data, and keeps the holes that nothing fills', () => {
  expect(fill('{a} and {b} and {c}', { a: 'text', b: { deep: [1] } })).toBe('text and {"deep":[1]} and {c}')
  expect(fill('{a}', undefined)).toBe('{a}')
  expect(fill('{constructor} {a}', { a: '{b}', b: 'x' })).toBe('{constructor} {b}')
})

test('what to do is filled with the fields of the data, too', () => {
  const unknown = systemFailure('UnknownSignal', { workflow: 'orders.Place', signal: 'payed', known: 'paid, packed' })
  expect(unknown.help).toBe('It takes: paid, packed.')
  expect(new Defect('UnknownSignal', unknown.data).help).toBe('It takes: paid, packed.')
})

test('a defect is an error with a stack, and the operator sees it as a failure that it caused', () => {
  const defect = new Defect('DuplicateName', { name: 'bank.Pay' })
  expect(defect.message).toBe('The name bank.Pay is defined twice.')
  expect(defect.help).toBe('Rename one of the two.')
  expect(defect.stack).toContain('failure.test.ts')
  expect(defect.toFailure()).toMatchObject({ key: 'system:DuplicateName', message: defect.message, cause: defect })
})
