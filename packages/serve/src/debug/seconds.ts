import { systemFailure } from '@heddle/core'

/** How long anybody may look at most. */
const mostSeconds = 60

/**
 * How many seconds somebody wants to look, as the query says.
 *
 * @throws {Failure} InvalidOption
 */
export function secondsOf(query: URLSearchParams, usual: number): number {
  const given = query.get('seconds')
  if (given === null) return usual
  const seconds = Number(given)
  if (given.trim() !== '' && seconds > 0 && seconds <= mostSeconds) return seconds
  const expected = `a number of seconds up to ${mostSeconds} was expected`
  throw systemFailure('InvalidOption', { option: 'seconds', value: JSON.stringify(given), expected })
}
