import { Failure } from '@heddle/core'
import { isServerError } from './errors.ts'

/** Whether it passes by itself, so that it is worth another try. Who is not let in now will not be later either. */
export function isPassing(told: unknown): boolean {
  if (!(told instanceof Failure) || told.code !== 'Unavailable') return false
  const { cause } = told
  return !isServerError(cause) || !(cause.code.startsWith('28') || cause.code === '3D000')
}
