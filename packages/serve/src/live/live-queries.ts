import { canonicalJson, type FedChange, type Feed, type Json, type OpenApp } from '@heddle/core'
import { liveLimits } from './live-limits.ts'
import { type AskedQuery, LiveQuery } from './live-query.ts'
import { readsOf, watchBeside } from './reads.ts'
import { Turns } from './turns.ts'

/** Changes of so long are looked at together, in milliseconds (limit `live.gather`). */
const gatherMs = 5
/** What lies in memory, e.g. a live view, may change with each record: so often are those who show it asked again at most, in milliseconds (limit `live.views`). */
const viewMs = 100

/** Heddle's own records, e.g. of readers and leases, change all the time. Events are what an app made of them. */
const isOwn = (entity: string) => entity.startsWith('heddle.') && !/^heddle\.(?:Stream)?Event$/.test(entity)

/** A query that is kept for those who joined. */
export interface KeptQuery {
  readonly key: string
  readonly query: LiveQuery
  readonly reads: ReadonlySet<string> | undefined
  /** Ends watching what it reads beside records. */
  readonly stop: (() => void) | undefined
}

/** The queries of an app that somebody waits for, each once for all who ask alike. */
export class LiveQueries {
  readonly #app: OpenApp
  readonly #feed: Feed
  readonly #turns = new Turns(liveLimits.queries)
  readonly #byKey = new Map<string, KeptQuery>()
  /** By the names of the entities on which they may rest. */
  readonly #byEntity = new Map<string, Set<KeptQuery>>()
  /** Those that may rest on any. */
  readonly #ofAny = new Set<KeptQuery>()
  #changed: FedChange[] = []
  #isGathering = false
  #stopWatching: (() => void) | undefined

  constructor(app: OpenApp, feed: Feed) {
    this.#app = app
    this.#feed = feed
  }

  /** The query, asked by now or soon, with one more reader. */
  join(asked: AskedQuery, reader: () => void): KeptQuery {
    const { command, input = null, from, as, tenant } = asked
    const key = JSON.stringify([command.name, tenant, from, as, canonicalJson(input as Json)])
    let kept = this.#byKey.get(key)
    if (kept?.query.errors) this.#forget(kept)
    if (!kept || kept.query.errors) {
      const query = new LiveQuery(this.#app, this.#turns, asked)
      const stop = watchBeside(this.#app, command, this.#seldom(query))
      kept = { key, query, reads: readsOf(this.#app, command), stop }
      this.#keep(kept)
      kept.query.changed()
    }
    kept.query.add(reader)
    return kept
  }

  leave(kept: KeptQuery, reader: () => void): void {
    kept.query.remove(reader)
    if (kept.query.readers > 0) return
    this.#forget(kept)
    kept.query.close()
  }

  #keep(kept: KeptQuery): void {
    this.#byKey.set(kept.key, kept)
    for (const set of this.#setsOf(kept)) set.add(kept)
    this.#stopWatching ??= this.#feed.watchChanges((change) => this.#gather(change))
  }

  #forget(kept: KeptQuery): void {
    kept.stop?.()
    if (this.#byKey.get(kept.key) === kept) this.#byKey.delete(kept.key)
    for (const set of this.#setsOf(kept)) set.delete(kept)
    if (this.#byKey.size > 0) return
    this.#stopWatching?.()
    this.#stopWatching = undefined
  }

  #setsOf({ reads }: KeptQuery): Set<KeptQuery>[] {
    if (!reads) return [this.#ofAny]
    return [...reads].map((name) => {
      let set = this.#byEntity.get(name)
      if (!set) this.#byEntity.set(name, (set = new Set()))
      return set
    })
  }

  /** Lets a query be asked again a while after something changed, once for all that changed meanwhile. */
  #seldom(query: LiveQuery): () => void {
    let isWaiting = false
    const ask = () => {
      isWaiting = false
      query.changed()
    }
    return () => {
      if (isWaiting) return
      isWaiting = true
      this.#app.ports.timers.after(viewMs, ask, { background: true })
    }
  }

  #gather(change: FedChange): void {
    this.#changed.push(change)
    if (this.#isGathering) return
    this.#isGathering = true
    this.#app.ports.timers.after(gatherMs, () => this.#spread(), { background: true })
  }

  #spread(): void {
    const changes = this.#changed
    this.#changed = []
    this.#isGathering = false
    for (const kept of this.#concerned(changes)) kept.query.changed()
  }

  #concerned(changes: readonly FedChange[]): Set<KeptQuery> {
    const concerned = new Set<KeptQuery>()
    for (const { tenant, entities } of changes) {
      // What belongs to no tenant is seen by all.
      const own = ({ query }: KeptQuery) => tenant === undefined || tenant === '' || query.asked.tenant === tenant
      const ofAny = entities && [...entities].every(isOwn) ? [] : this.#ofAny
      const sets = entities
        ? [ofAny, ...[...entities].map((name) => this.#byEntity.get(name) ?? [])]
        : [this.#byKey.values()]
      for (const set of sets) for (const kept of set) if (own(kept)) concerned.add(kept)
    }
    return concerned
  }
}
