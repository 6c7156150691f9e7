import { Failure, systemFailure } from '@heddle/core'
import { isState, postgresError, sqlState } from '../errors.ts'
import { slotRefusal } from './slot.ts'

/** Says in Heddle's words what went wrong with reading changes. A mistake in our own SQL stays a plain error. */
export function changesError(error: unknown, where: string): unknown {
  if (error instanceof Failure) return error
  const isGone =
    isState(error, sqlState.undefinedFile) ||
    (isState(error, sqlState.wrongState) && /replication slot/.test(messageOf(error))) ||
    (isState(error, sqlState.undefinedObject) && /publication|replication slot/.test(messageOf(error)))
  if (isGone) return systemFailure('ChangesLost', { where, reason: messageOf(error) }, { cause: error })
  return slotRefusal(error, where) ?? postgresError(error, where)
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : '')
