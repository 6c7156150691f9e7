import type { AnyEvent, Part, Ports } from '@heddle/core'
import type { Database } from '../database/database.ts'
import type { Table } from '../database/table.ts'
import { databaseOf } from '../events/events-of.ts'
import { progressOf } from '../events/handler-instance.ts'
import { ReaderLife } from '../events/reader-life.ts'
import type { ReaderPart, ReaderProgress } from '../events/reader-progress.ts'
import { openReader, readReader, saveReader } from '../events/reader-state.ts'
import { takeTurn } from '../events/turn.ts'
import { ProjectionSession } from './projection-session.ts'
import { RebuildNotices } from './rebuild-notices.ts'

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
  let clock: Ports['clock']
  let notices: RebuildNotices | undefined
  let life: ReaderLife | undefined
  let begin: (() => ReaderLife) | undefined
  let stopped = false
  let isEnding = false
  /** The generation that is folded, or was last begun, here. */
  let generation: number | undefined
  /** Lives begin and end one after another. */
  let turning: Promise<void> = Promise.resolve()

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
          session(state, { fences }) {
            generation = state.generation
            return new ProjectionSession({ ...facts, app, database, ports, state, fences })
          },
        })
      life = begin()
      notices = new RebuildNotices(database, ports.log, () => void lookForRebuild().catch(ignored))
    },
    async rebuild() {
      await beginAnew(startOver)
      await RebuildNotices.tell(database)
    },
    progress,
    health: async () => {
      if (stopped) return { ok: false }
      const found = await progress()
      return { ok: found.trouble === undefined, detail: { ...found } }
    },
    drain() {
      isEnding = true
      notices?.stop()
      return turning.then(() => life?.drain())
    },
    stop() {
      isEnding = stopped = true
      notices?.stop()
      life?.stop()
    },
  }

  /** Places of an earlier generation mean nothing, so every event is new again. */
  async function startOver(): Promise<void> {
    generation = (await readReader(database, name))!.generation + 1
    await saveReader(database, clock, { name, version, generation, offset: 0, rebuilding: true })
  }

  /** Ends the session that runs here, if one does, and begins another. */
  function beginAnew(between: () => Promise<void> = async () => undefined): Promise<void> {
    const turned = turning.then(async () => {
      await life?.drain()
      await between()
      if (begin && !isEnding) life = begin()
    })
    turning = turned.catch(() => undefined)
    return turned
  }

  /** Another process may have begun a rebuild; whoever has the turn takes it up. */
  async function lookForRebuild(): Promise<void> {
    if (life?.offset === undefined || isEnding) return
    const kept = await readReader(database, name)
    if (kept?.generation !== generation) await beginAnew()
  }

  async function progress(): Promise<ReaderProgress> {
    const offset = life?.offset ?? (await readReader(database, name))!.offset
    return progressOf({ name, kind: 'projection', offset }, await database.lastEvent(), life)
  }
}

/** What could not be looked at now is found when the next place is saved. */
const ignored = () => undefined
