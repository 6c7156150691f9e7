import type { FailureJson } from '../error/failure.ts'
import type { Maybe } from './maybe.ts'

/** A call or record that failed for good, kept with its cause. */
export interface DeadLetter {
  readonly id: string
  readonly tenant: string
  /** The command that failed, or the place in a pipeline. */
  readonly command: string
  /** Where the input came from, e.g. `flights-broken.ndjson:17`. */
  readonly origin?: string
  readonly input: unknown
  readonly errors: readonly FailureJson[]
  /** UTC, milliseconds since 1970. */
  readonly at: number
}

/** A dead letter before the store gave it an id and a time. */
export type NewDeadLetter = Omit<DeadLetter, 'id' | 'at'>

/** Which dead letters to list. */
export interface DeadLetterQuery {
  readonly tenant: string
  readonly command?: string
  /** The id after which to go on. */
  readonly after?: string
  /** @default 100 */
  readonly limit?: number
}

/** Keeps what failed for good. */
export interface DeadLetters {
  add(letters: readonly NewDeadLetter[]): Maybe<void>
  /** Oldest first. */
  list(query: DeadLetterQuery): Maybe<readonly DeadLetter[]>
  get(tenant: string, id: string): Maybe<DeadLetter | undefined>
  drop(tenant: string, ids: readonly string[]): Maybe<number>
}

/** Keeps the newest letters of each process in memory. */
export function memoryDeadLetters(makeId: () => string, now: () => number, limit = 10_000): DeadLetters {
  const letters = new Map<string, DeadLetter>()
  return {
    add(added) {
      for (const letter of added) {
        const id = makeId()
        letters.set(id, { ...letter, id, at: now() })
        if (letters.size > limit) letters.delete(letters.keys().next().value!)
      }
    },
    list({ tenant, command, after, limit: most = 100 }) {
      const found: DeadLetter[] = []
      for (const letter of letters.values()) {
        if (found.length === most) break
        if (letter.tenant !== tenant || (command && letter.command !== command)) continue
        if (after === undefined || letter.id > after) found.push(letter)
      }
      return found
    },
    get(tenant, id) {
      const letter = letters.get(id)
      return letter?.tenant === tenant ? letter : undefined
    },
    drop(tenant, ids) {
      let dropped = 0
      for (const id of ids) if (letters.get(id)?.tenant === tenant && letters.delete(id)) dropped++
      return dropped
    },
  }
}
