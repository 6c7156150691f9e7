import type { CallOptions } from '../app/app.ts'
import { systemFailure } from '../error/failure.ts'
import { shownThrown } from '../error/shown-thrown.ts'

const sources: ReadonlySet<unknown> = new Set(['code', 'json', 'text'])

/**
 * Refuses options that would otherwise mean nothing, or something else than was meant: a deadline that is no number
 * never comes.
 *
 * @throws {Failure} InvalidOption
 */
export function assertOptions({ deadline, from, fences }: CallOptions): void {
  if (deadline !== undefined && !(Number.isFinite(deadline) && deadline >= 0)) {
    throw invalid('deadline', deadline, 'a time in milliseconds since 1970 was expected')
  }
  if (
    fences !== undefined &&
    !fences.every(({ name, token }) => typeof name === 'string' && Number.isSafeInteger(token))
  ) {
    throw invalid('fences', fences, 'a list of leases, each with its name and token, was expected')
  }
  if (from !== undefined && !sources.has(from)) throw invalid('from', from, 'one of code, json, text was expected')
}

const invalid = (option: string, value: unknown, expected: string) =>
  systemFailure('InvalidOption', { option, value: shownThrown(value), expected })
