import { CommitConflict, Defect, Failure, systemFailure } from '@heddle/core'
import { expect, test } from 'vitest'
import { type CarriedError, carriedError, carryError } from './carried-error.ts'

/** As it arrives on another thread. */
const carried = (thrown: unknown) => carriedError(structuredClone(carryError(thrown) satisfies CarriedError))

test('a failure arrives with its code, its data and whether it may pass', () => {
  const failure = systemFailure('Unavailable', { what: 'The tower' })
  const arrived = carried(failure) as Failure
  expect(arrived).toBeInstanceOf(Failure)
  expect(arrived.toJSON()).toEqual(failure.toJSON())
  expect(arrived.retry).toEqual(failure.retry)
})

test('a defect arrives as one, with its code and its help', () => {
  const defect = new Defect('StateUnfit', { job: 'a.B', step: 'c', reason: 'it is another.' })
  const arrived = carried(defect) as Defect
  expect(arrived).toBeInstanceOf(Defect)
  const { code, message, help, stack } = defect
  expect(arrived).toMatchObject({ code, message, help, stack })
})

test('a lost race arrives as one, and any other error with its name', () => {
  expect(carried(new CommitConflict())).toBeInstanceOf(CommitConflict)
  expect(carried(new RangeError('too far'))).toMatchObject({ name: 'RangeError', message: 'too far' })
  expect(carried('nothing')).toMatchObject({ message: 'nothing' })
})
