import { Defect, type FedEvent, type Feed, type Maybe, systemFailure } from '@heddle/core'
import type { SourceHost } from '../source.ts'
import { Waiting } from '../waiting.ts'

/** The feed of the app. @throws {Defect} MissingPart */
export function feedOf({ app, job }: SourceHost): Feed {
  const feed = app?.ports.feed
  if (feed) return feed
  throw new Defect('MissingPart', { name: job, missing: 'an app with a database, which keeps its events' })
}

/** Reads events in the order of their offsets, and waits for those that come. */
export class EventPages {
  readonly feed: Feed
  readonly #names: readonly string[]
  readonly #tenant: string
  readonly #waiting: Waiting
  readonly #stop: () => void
  /** How many events lie behind the newest that was read. */
  behind = 0

  constructor(host: SourceHost, names: readonly string[]) {
    this.feed = feedOf(host)
    this.#names = names
    this.#tenant = host.tenant ?? 'main'
    this.#waiting = new Waiting(host.signal)
    this.#stop = this.feed.watchEvents(this.#waiting.wake, names)
  }

  get isOver(): boolean {
    return this.#waiting.isOver
  }

  /**
   * Says whether all events behind an offset can still be read.
   *
   * @throws {Failure} ChangesLost
   */
  async check(after: number, where: string): Promise<void> {
    const first = await this.feed.first()
    if (first <= after + 1) return
    const reason = `those from ${after + 1} on are asked for, and kept are those from ${first} on`
    throw systemFailure('ChangesLost', { where, reason })
  }

  /** Those that are there now. */
  now(after: number, limit: number): Maybe<{ readonly events: readonly FedEvent[]; readonly upTo: number }> {
    return this.feed.read({ after, names: this.#names, tenant: this.#tenant, limit })
  }

  /** The next events; waits for the first, and gives undefined once it is closed. */
  async next(after: number, limit: number): Promise<{ events: readonly FedEvent[]; upTo: number } | undefined> {
    let from = after
    while (!this.isOver) {
      const { events, upTo } = await this.now(from, limit)
      if (events.length > 0) {
        this.behind = Math.max(0, (await this.feed.last()) - upTo)
        return { events, upTo: events.length < limit ? upTo : events.at(-1)!.offset }
      }
      from = Math.max(from, upTo)
      await this.#waiting.wait()
    }
    return undefined
  }

  close(): void {
    this.#stop()
    this.#waiting.end()
  }
}
