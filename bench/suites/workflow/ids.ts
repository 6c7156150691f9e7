import { randomUUID } from 'node:crypto'

/** An id as most programs make one. */
export const randomId = (): string => randomUUID()

/** An id that begins with its time, as ours do (UUIDv7): rows of one time lie together in the file. */
export function timeOrderedId(): string {
  const time = Date.now().toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`
}
