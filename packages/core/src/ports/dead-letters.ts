import type { FailureJson } from '../error/failure.ts'
import type { Json } from '../manifest/json.ts'
import type { Maybe } from './maybe.ts'
import type { Unit } from './transactions.ts'

/** A call or record that failed for good, kept with its cause. */
export interface DeadLetter {
  readonly id: string
  readonly tenant: string
  /** The command that failed, or the place in a pipeline. */
  readonly command: string
  /** Where the input came from, e.g. `flights-broken.ndjson:17`. */
  readonly origin?: string
  /** As the caller gave it, as JSON. What its type marks is masked. */
  readonly input: unknown
  readonly errors: readonly FailureJson[]
  /** UTC, milliseconds since 1970. */
  readonly at: number
  /** How many replays of it failed. */
  readonly replays: number
  /** Its whole input was not kept, for lack of keys to encrypt it with, so it cannot be called again. */
  readonly lacksInput?: true
  /** What a job needs beside the input to take its record again. */
  readonly record?: Json
  /** It waits for the job that is to take its record again. */
  readonly queuedFor?: string
}

/** A dead letter before the store gave it an id and a time. */
export interface NewDeadLetter extends Omit<DeadLetter, 'id' | 'at' | 'replays' | 'lacksInput' | 'queuedFor'> {
  /** The whole input, where something in `input` is masked. It is encrypted where it is kept. */
  readonly secret?: unknown
  /** It is one that there was before, and whose replay failed: it keeps its id, and its time where that is known. */
  readonly again?: { readonly id: string; readonly replays: number; readonly at?: number }
}

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
  /** Adds letters with the other writes of a unit: all are there, or none. Missing where there is no database. */
  addWithin?(unit: Unit, letters: readonly NewDeadLetter[]): void
  /** Oldest first. */
  list(query: DeadLetterQuery): Maybe<readonly DeadLetter[]>
  get(tenant: string, id: string): Maybe<DeadLetter | undefined>
  /**
   * The whole input of a letter, to call with it again; nothing when there is no such letter.
   *
   * @throws {Defect} Undecryptable, also where there were no keys to encrypt it with
   */
  inputOf(tenant: string, id: string): Maybe<{ readonly input: unknown } | undefined>
  /** Notes that a replay failed, and with what. Nothing happens when the letter had another number of replays by then. */
  failedAgain(letter: DeadLetter, errors: readonly FailureJson[]): Maybe<void>
  drop(tenant: string, ids: readonly string[]): Maybe<number>
}

const replayPrefix = 'dead-letter/'

/**
 * The idempotency key under which a letter is called again: two who replay it at once are one call, and a replay after
 * one that failed is another.
 */
export const replayKey = ({ id, replays }: DeadLetter): string => `${replayPrefix}${id}/${replays}`

/** Whether a call is the replay of a letter, so that it makes no new one when it fails. */
export const isReplayKey = (key: string | undefined): boolean => key?.startsWith(replayPrefix) ?? false

/** Keeps the newest letters of each process in memory. */
export function memoryDeadLetters(makeId: () => string, now: () => number, limit = 10_000): DeadLetters {
  const letters = new Map<string, DeadLetter>()
  const secrets = new WeakMap<DeadLetter, unknown>()
  return {
    add(added) {
      for (const { secret, again, ...given } of added) {
        const { id = makeId(), at = now(), replays = 0 } = again ?? {}
        const letter = { ...given, id, at, replays }
        letters.set(id, letter)
        if (secret !== undefined) secrets.set(letter, secret)
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
    inputOf(tenant, id) {
      const letter = letters.get(id)
      if (letter?.tenant !== tenant) return undefined
      return { input: secrets.has(letter) ? secrets.get(letter) : letter.input }
    },
    failedAgain({ tenant, id, replays }, errors) {
      const letter = letters.get(id)
      if (letter?.tenant !== tenant || letter.replays !== replays) return
      const noted = { ...letter, errors, replays: replays + 1 }
      letters.set(id, noted)
      if (secrets.has(letter)) secrets.set(noted, secrets.get(letter))
    },
    drop(tenant, ids) {
      let dropped = 0
      for (const id of ids) if (letters.get(id)?.tenant === tenant && letters.delete(id)) dropped++
      return dropped
    },
  }
}
