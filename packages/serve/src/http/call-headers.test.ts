import { Failure } from '@heddle/core'
import { expect, test } from 'vitest'
import { callHeaders } from './call-headers.ts'
import { formatFences } from './fence-header.ts'

const clock = { now: () => 1_000_000 }
const read = (headers: Record<string, string>) => callHeaders({ headers }, clock)

test.each([
  ['"8e03978e-40d5"', '8e03978e-40d5'],
  ['8e03978e-40d5', '8e03978e-40d5'],
  ['a"b', 'a"b'],
])('the key %s is %s', (header, idempotencyKey) => {
  expect(read({ 'idempotency-key': header })).toMatchObject({ idempotencyKey })
})

test.each([
  ['2', 1_002_000],
  ['0.25', 1_000_250],
  ['0', 1_000_000],
])('a timeout of %s seconds is a deadline', (header, deadline) => {
  expect(read({ 'request-timeout': header })).toMatchObject({ deadline })
})

test('fences name leases, percent-encoded, with their tokens', () => {
  const fences = [
    { name: 'nightly, import', token: 1_795_244_160_123 },
    { name: 'b=c', token: 7 },
  ]
  expect(formatFences(fences)).toBe('nightly%2C%20import=1795244160123, b%3Dc=7')
  expect(read({ 'heddle-fence': formatFences(fences) })).toMatchObject({ fences })
})

test.each<Record<string, string>>([
  { 'heddle-fence': '' },
  { 'heddle-fence': 'job' },
  { 'heddle-fence': 'job=-1' },
  { 'heddle-fence': 'job=99999999999999999' },
  { 'heddle-fence': '%zz=1' },
  { 'heddle-fence': Array(17).fill('job=1').join(',') },
  { 'idempotency-key': '' },
  { 'idempotency-key': 'x'.repeat(256) },
  { 'idempotency-key': 'ü' },
  { 'request-timeout': '-1' },
  { 'request-timeout': '1e3' },
  { 'request-timeout': '86401' },
  { 'request-timeout': 'Infinity' },
])('%j is refused', (headers) => {
  expect(read(headers)).toBeInstanceOf(Failure)
})
