import { systemFailure } from '@heddle/core'
import { expect, test } from 'vitest'
import { problemAnswer, type Problem } from './problem.ts'

const problemOf = (...given: Parameters<typeof problemAnswer>) =>
  JSON.parse(problemAnswer(...given).body as string) as Problem

test('a system error tells strangers its code, and only the operator what is concerned', () => {
  const failure = systemFailure('DiskFull', { path: '/srv/secret/bank.db' }, { cause: new Error('ENOSPC') })
  const toStranger = problemAnswer([failure], { instance: '/x' })
  expect(toStranger.body).not.toMatch(/secret|ENOSPC/)
  expect(toStranger).toMatchObject({ status: 507, headers: { 'retry-after': '5' } })
  expect(problemOf([failure], { instance: '/x' })).toMatchObject({
    detail: 'Disk full.',
    errors: [{ code: 'DiskFull', data: {} }],
  })
  expect(problemOf([failure], { instance: '/x', isOperator: true }).detail).toContain('/srv/secret/bank.db')
})

test('a wait of less than a second is told as one second, which is the least that Retry-After can say', () => {
  expect(problemAnswer([systemFailure('InProgress')], { instance: '/x' }).headers['retry-after']).toBe('1')
  expect(problemAnswer([systemFailure('KeyReused')], { instance: '/x' }).headers['retry-after']).toBeUndefined()
})

test('data that JSON does not hold is told as text', () => {
  const failure = systemFailure('TooBig', { maximum: 10n })
  expect(problemOf([failure], { instance: '/x' }).errors[0]!.data).toEqual({ maximum: '10' })
})
