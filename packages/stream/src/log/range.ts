import { systemFailure } from '@heddle/core'
import type { Offsets, ReadOptions } from './log.ts'

/** The offset that is asked for. @throws {Failure} OffsetOutOfRange */
export function rangeOf(from: ReadOptions['from'], place: string, { earliest, next }: Offsets): number {
  if (from === 'earliest') return earliest
  if (from === 'latest') return next
  if (Number.isInteger(from) && from >= earliest && from <= next) return from
  throw systemFailure('OffsetOutOfRange', { offset: from, place, earliest, next })
}
