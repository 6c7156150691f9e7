import type { NewDeadLetter } from './dead-letters.ts'
import type { Port } from './port.ts'

/** What a command keeps of calls that failed for good. */
export interface KeepsLetters {
  /** It is there when the writes of the call are, and not at all when they are undone. */
  keep(letter: Omit<NewDeadLetter, 'tenant'>): void
}

/**
 * Keeps dead letters in the unit of work of the command that uses it, for calls that failed without failing the whole.
 *
 * @example ctx.use(Letters).keep({ command: 'flights.ImportFlight', origin: 'may.json:17', input, errors })
 */
export const Letters: Port<KeepsLetters> = {
  kind: 'port',
  name: 'heddle.Letters',
  external: false,
  bind: (scope) => ({ keep: (letter) => scope.keepLetter({ ...letter, tenant: scope.tenant }) }),
}
