import { systemFailure } from '@heddle/core'

/** How many bytes a notice may hold (limit `notices.payload`), on every engine. */
export const noticeLimit = 7000

/** @throws {Failure} TooLarge */
export function assertShort(payload: string): void {
  if (Buffer.byteLength(payload) > noticeLimit) {
    throw systemFailure('TooLarge', { name: 'notices.payload', limit: noticeLimit })
  }
}
