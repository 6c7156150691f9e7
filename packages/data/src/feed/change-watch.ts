import type { FedChange, Ports } from '@heddle/core'
import type { Commit, Database } from '../database/database.ts'
import { CallRecord } from '../history/call-record.ts'
import { AnswerRecord } from '../system/entities.ts'
import { chain } from '../unit/chain.ts'
import { ChangeNotices } from './change-notices.ts'

/** Sees what commits change, and tells it to who wants to know. While nobody does, a commit costs what it did. */
export class ChangeWatch {
  readonly #watchers = new Set<(change: FedChange) => void>()
  readonly #notices: ChangeNotices | undefined

  constructor(database: Database, ports: Pick<Ports, 'clock' | 'timers' | 'random' | 'log'>) {
    if (!database.isShared) return
    this.#notices = new ChangeNotices(database.notices, ports, (change) => this.#hear(change))
  }

  /** The same database, of which each commit is seen. */
  around(database: Database): Database {
    return {
      ...database,
      commit: (commit) => {
        const committed = database.commit(commit)
        // Who begins to watch while it is under way may have read what was before it.
        if (!(committed instanceof Promise) && !this.#isWanted()) return committed
        return chain(committed, (refusal) => {
          if (!refusal && this.#isWanted()) this.#tell(changeOf(commit))
          return refusal
        })
      },
      ...(database.take && {
        take: (taken) =>
          chain(database.take!(taken), (rows) => {
            const entities = new Set([taken.table.name])
            if (rows.length > 0 && this.#isWanted()) this.#tell({ tenant: undefined, entities })
            return rows
          }),
      }),
      migrate: (migration) =>
        chain(database.migrate(migration), () => {
          if (this.#isWanted()) this.#tell({ tenant: undefined, entities: undefined })
        }),
    }
  }

  watch(changed: (change: FedChange) => void): () => void {
    const own = (change: FedChange) => changed(change)
    this.#watchers.add(own)
    this.#notices?.listen()
    return () => {
      if (this.#watchers.delete(own) && this.#watchers.size === 0) this.#notices?.stopListening()
    }
  }

  /** Ends what goes on in the background. */
  close(): void {
    this.#watchers.clear()
    this.#notices?.close()
  }

  #isWanted(): boolean {
    return this.#watchers.size > 0 || (this.#notices?.isWanted() ?? false)
  }

  #tell(change: FedChange): void {
    if (change.entities?.size === 0) return
    this.#hear(change)
    this.#notices?.publish(change)
  }

  #hear(change: FedChange): void {
    for (const changed of this.#watchers) changed(change)
  }
}

/** What is kept of calls changes with each call, also with one that only looked at something. */
const ofCalls: ReadonlySet<string> = new Set([CallRecord.name, AnswerRecord.name])
const isOfCalls = (name: string) => ofCalls.has(name)

function changeOf({ tenant, writes, changes = [], events = [] }: Commit): FedChange {
  const entities = new Set<string>()
  for (const { table } of writes) if (!isOfCalls(table.name)) entities.add(table.name)
  for (const { table } of changes) entities.add(table.name)
  for (const { table } of events) entities.add(table.name)
  return { tenant, entities }
}
