import { type Category, systemErrors, type SystemCode } from '@heddle/core'
import { expect, test } from 'vitest'
import { statusOf } from './status.ts'

/** The whole table is a public contract: a change of it breaks clients. */
test('every error of ours has its status', () => {
  const byStatus: Record<number, string[]> = {}
  for (const [code, { category }] of Object.entries(systemErrors))
    (byStatus[statusOf({ code, category })] ??= []).push(code)
  const { 400: data, 500: inside, ...named } = byStatus
  expect(named).toEqual({
    401: ['Unauthenticated', 'InvalidCredentials', 'UnknownPrincipal'],
    403: ['Denied', 'TenantDenied'],
    404: [
      'NotFound',
      'UnknownPath',
      'UnknownCommand',
      'UnknownTopic',
      'UnknownPartition',
      'ScheduleNotFound',
      'RunNotFound',
      'StepNotFound',
    ],
    405: ['UnsupportedMethod'],
    406: ['NotAcceptable'],
    409: [
      'Conflict',
      'InProgress',
      'LeaseLost',
      'TopicExists',
      'ProducerFenced',
      'SequenceGap',
      'RunEnded',
      'RunCancelled',
      'NoApproval',
      'NotExposed',
      'WrongRunState',
      'CannotRetry',
      'NotUnique',
      'StillReferenced',
      'WrongExpectedVersion',
    ],
    410: ['OffsetOutOfRange'],
    412: ['VersionOutdated'],
    413: ['TooLarge', 'PushTooLarge'],
    415: ['UnsupportedMediaType'],
    422: ['KeyReused', 'ConstraintBroken', 'MissingReference'],
    429: ['RateLimited', 'LimitReached'],
    503: ['Cancelled', 'CircuitOpen', 'ShuttingDown', 'Unavailable'],
    504: ['DeadlineExceeded'],
    507: ['DiskFull', 'FileCannotGrow'],
  })
  expect(data!.every((code) => systemErrors[code as SystemCode].category === 'data')).toBe(true)
  expect(inside!.every((code) => systemErrors[code as SystemCode].category === 'system')).toBe(true)
})

test.each<[Category, number]>([
  ['data', 400],
  ['auth', 403],
  ['domain', 422],
  ['system', 500],
  ['external', 502],
  ['runtime', 503],
])('a declared error of the category %s is %i', (category, status) => {
  expect(statusOf({ code: 'Whatever', category })).toBe(status)
  expect(statusOf({ code: 'constructor', category })).toBe(status)
})
