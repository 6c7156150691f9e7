import type { AnyEvent, Part } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { Table } from '../database/table.ts'
import { databaseOf } from '../events/events-of.ts'
import { progressOf } from '../events/handler-instance.ts'
import { ReaderLife } from '../events/reader-life.ts'
import type { ReaderPart, ReaderProgress } from '../events/reader-progress.ts'
import { openReader, readReader, saveReader } from '../events/reader-state.ts'
import { takeTurn } from '../events/turn.ts'
import { ProjectionSession } from './projection-session.ts'

/** What a projection says of how it works. */
export interface ProjectionFacts {
  readonly name: string
  readonly on: readonly AnyEvent[]
  readonly tables: readonly Table[]
  readonly version: number
  readonly batch: number
}

/** A projection in an app that is open. */
export interface ProjectionPart extends ReaderPart {
  /** Removes the view and folds it anew from the first event. Resolves when that has begun. */
  rebuild(): Promise<void>
}

/** Makes a projection work in an app that is open. */
export function projectionInstance(part: Part, facts: ProjectionFacts): ProjectionPart {
  const { name, version } = facts
  let database: Database
  let clock: Parameters<typeof saveReader>[1]
  let life: ReaderLife | undefined
  let begin: (() => ReaderLife) | undefined
  let stopped = false

  return {
    ...part,
    instance: undefined,
    async open({ ports }) {
      database = databaseOf(ports, name)
      clock = ports.clock
      const state = await openReader(database, clock, { name, version, from: 'start' })
      if (state.version !== version) await startOver()
    },
    start({ app, ports }) {
      begin = () =>
        new ReaderLife({
          name,
          ports,
          turn: (stopping) => takeTurn(database, ports, name, stopping),
          place: async () => (await readReader(database, name))!,
          session: (state, { fences }) => new ProjectionSession({ ...facts, app, database, ports, state, fences }),
        })
      life = begin()
    },
    async rebuild() {
      await life?.drain()
      await startOver()
      if (begin && !stopped) life = begin()
    },
    progress,
    health: async () => {
      if (stopped) return { ok: false }
      const found = await progress()
      return { ok: found.trouble === undefined, detail: { ...found } }
    },
    drain: () => life?.drain(),
    stop() {
      stopped = true
      life?.stop()
    },
  }

  /** Places of an earlier generation mean nothing, so every event is new again. */
  async function startOver(): Promise<void> {
    const { generation } = (await readReader(database, name))!
    await saveReader(database, clock, { name, version, generation: generation + 1, offset: 0, rebuilding: true })
  }

  async function progress(): Promise<ReaderProgress> {
    const offset = life?.offset ?? (await readReader(database, name))!.offset
    return progressOf({ name, kind: 'projection', offset }, await database.lastEvent(), life)
  }
}
