import type { AnyEvent, Part } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { databaseOf } from './events-of.ts'
import { HandlerSession } from './handler-session.ts'
import { ReaderLife } from './reader-life.ts'
import type { ReaderPart, ReaderProgress } from './reader-progress.ts'
import { openReader, readReader } from './reader-state.ts'
import { takeTurn } from './turn.ts'

/** What a handler says of how it works. */
export interface HandlerFacts {
  readonly name: string
  readonly on: readonly AnyEvent[]
  readonly from: 'now' | 'start'
  readonly concurrency: number
  readonly attempts: number
}

/** A handler in an app that is open. */
export function handlerInstance(part: Part, facts: HandlerFacts): ReaderPart {
  const { name, from } = facts
  let database: Database
  let life: ReaderLife | undefined
  let stopped = false

  return {
    ...part,
    instance: undefined,
    // Before any call, so that a new handler misses nothing from the first one on.
    async open({ ports }) {
      database = databaseOf(ports, name)
      await openReader(database, ports.clock, { name, version: 1, from })
    },
    start({ app, ports }) {
      life = new ReaderLife({
        name,
        ports,
        turn: (stopping) => takeTurn(database, ports, name, stopping),
        place: async () => (await readReader(database, name))!,
        session: (state, { fences }) => new HandlerSession({ ...facts, app, database, ports, state, fences }),
      })
    },
    progress,
    health: async () => (stopped ? { ok: false } : { ok: true, detail: { ...(await progress()) } }),
    drain: () => life?.drain(),
    stop() {
      stopped = true
      life?.stop()
    },
  }

  async function progress(): Promise<ReaderProgress> {
    const offset = life?.offset ?? (await readReader(database, name))!.offset
    return progressOf({ name, kind: 'handler', offset }, await database.lastEvent(), life)
  }
}

/** Puts the progress of a reader together. */
export function progressOf(
  place: Pick<ReaderProgress, 'name' | 'kind' | 'offset'>,
  last: number,
  { lagMs, trouble }: Pick<ReaderLife, 'lagMs' | 'trouble'> = { lagMs: undefined, trouble: undefined },
): ReaderProgress {
  return {
    ...place,
    behind: Math.max(0, last - place.offset),
    ...(lagMs !== undefined && { lagMs }),
    ...(trouble !== undefined && { trouble }),
  }
}
