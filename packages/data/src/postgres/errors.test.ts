import { expect, test } from 'vitest'
import { postgresError } from './errors.ts'

const where = 'postgres://ada@db/bank'
const serverError = (code: string, message = 'text') => Object.assign(new Error(message), { code, severity: 'ERROR' })

test.each([
  [serverError('57P01'), 'Unavailable'],
  [serverError('57P03'), 'Unavailable'],
  [serverError('53300'), 'Unavailable'],
  [serverError('08006'), 'Unavailable'],
  [serverError('53100'), 'DiskFull'],
  [serverError('25006'), 'DatabaseReadOnly'],
  [serverError('XX001'), 'DatabaseDamaged'],
  [Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }), 'Unavailable'],
  [Object.assign(new Error('read'), { code: 'ECONNRESET' }), 'Unavailable'],
  [new Error('Connection terminated unexpectedly'), 'Unavailable'],
  [new Error('timeout exceeded when trying to connect'), 'Unavailable'],
])('%s is told as %s', (error, code) => {
  expect(postgresError(error, where)).toMatchObject({ code, cause: error })
})

test('whom the server does not let in is told why, and a mistake of our own stays what it is', () => {
  const refused = serverError('28P01', 'password authentication failed for user "ada"')
  expect(postgresError(refused, where)).toMatchObject({
    code: 'Unavailable',
    message: `The database ${where} (password authentication failed for user "ada") cannot be reached.`,
  })
  const syntax = serverError('42601', 'syntax error')
  expect(postgresError(syntax, where)).toBe(syntax)
})
