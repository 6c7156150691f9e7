import type { AnyEvent, Part } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { databaseOf } from './events-of.ts'
import { progressOf } from './handler-instance.ts'
import type { RawEvent } from './raw-event.ts'
import { ReaderLife } from './reader-life.ts'
import type { ReaderPart, ReaderProgress } from './reader-progress.ts'
import { openReader, readReader } from './reader-state.ts'
import { RelaySession } from './relay-session.ts'
import { takeTurn } from './turn.ts'

/** What a relay hands over, and to whom. */
export interface RelayFacts {
  /** Under which its place is kept, and its turn among the processes that share a database. */
  readonly name: string
  readonly on: readonly AnyEvent[]
  /** Where a new one begins: with events from now on, or with all that are kept. */
  readonly from: 'now' | 'start'
  /** Takes some events, in their order. It rejects while it cannot, and is asked again after growing pauses. */
  readonly hand: (events: readonly RawEvent[]) => Promise<void>
}

/** A reader that hands events on. */
export interface Relay extends Required<Pick<ReaderPart, 'progress' | 'start' | 'drain' | 'stop'>> {
  open(host: Parameters<NonNullable<Part['open']>>[0]): Promise<void>
  /** Does not wait for the end of a pause: whoever could not take events can now. */
  tryNow(): void
}

/**
 * Hands the events of a database to somebody outside of it: at least once, all in the order of their offsets, in batches.
 * It has a place of its own, and waits for as long as they are not taken. A part for another engine builds on it.
 */
export function eventRelay({ name, on, from, hand }: RelayFacts): Relay {
  const names = on.map((event) => event.name)
  let database: Database
  let life: ReaderLife | undefined
  let session: RelaySession | undefined

  return {
    // Before any call, so that a new relay misses nothing from the first one on.
    async open({ ports }) {
      database = databaseOf(ports, name)
      await openReader(database, ports.clock, { name, version: 1, from })
    },
    start({ ports }) {
      life = new ReaderLife({
        name,
        ports,
        turn: (stopping) => takeTurn(database, ports, name, stopping),
        place: async () => (await readReader(database, name))!,
        session: (state, { fences }) =>
          (session = new RelaySession({ name, names, hand, database, ports, state, fences })),
      })
    },
    async progress(): Promise<ReaderProgress> {
      const offset = life?.offset ?? (await readReader(database, name))!.offset
      return progressOf({ name, kind: 'relay', offset }, await database.lastEvent(), life)
    },
    drain: () => life?.drain(),
    stop: () => life?.stop(),
    tryNow: () => session?.tryNow(),
  }
}
