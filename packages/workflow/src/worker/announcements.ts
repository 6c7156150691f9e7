import type { Notices, Ports } from '@heddle/core'
import { type Database, ownClaims } from '@heddle/data'

const topic = 'heddle.runs'
/** How long announcements are gathered before they are sent together, in milliseconds. */
const gatherMs = 5
/** How many runs one announcement names. */
const pageLimit = 100
/** How many runs are remembered for others who wait for them (limit `runs.wanted`). */
const wantedLimit = 10_000

/** What processes that share a database tell each other. All of it stands in the database, too: nothing rests on it. */
export interface Announcement {
  /** There are runs that are ready. */
  readonly ready?: boolean
  /** A run goes on by itself at this time. */
  readonly due?: number
  /** Something happened to runs. */
  readonly poke?: readonly string[]
  /** Runs have ended. */
  readonly ended?: readonly string[]
  /** Somebody waits for the end of runs. */
  readonly wanted?: readonly string[]
}

/** Announces to other processes, and listens to them. In the only process that has the database open nothing is said. */
export class Announcements {
  readonly #notices: Notices
  readonly #ports: Ports
  readonly #isAlone: boolean
  readonly #own: string
  readonly #wanted = new Set<string>()
  #ready = false
  #due = Infinity
  #names = { poke: new Set<string>(), ended: new Set<string>(), wanted: new Set<string>() }
  #isGathering = false
  #listening: Promise<() => void> | undefined

  /** @param own a name by which it knows its own announcements */
  constructor({ notices, claims }: Database, ports: Ports, own: string) {
    this.#notices = notices
    this.#ports = ports
    this.#isAlone = claims === ownClaims
    this.#own = own
  }

  get isAlone(): boolean {
    return this.#isAlone
  }

  /** Listens until it is stopped. */
  async listen(heard: (told: Announcement) => void): Promise<void> {
    if (this.#isAlone) return
    this.#listening ??= Promise.resolve(
      this.#notices.subscribe(
        topic,
        (payload) => {
          const { by, ...told } = JSON.parse(payload) as Announcement & { by: string }
          if (by === this.#own) return
          for (const run of told.wanted ?? []) this.#want(run)
          heard(told)
        },
        { missed: () => heard({ ready: true }) },
      ),
    )
    await this.#listening
  }

  async stop(): Promise<void> {
    const stop = await this.#listening
    this.#listening = undefined
    stop?.()
  }

  #want(run: string): void {
    this.#wanted.add(run)
    if (this.#wanted.size <= wantedLimit) return
    const [first] = this.#wanted
    this.#wanted.delete(first!)
  }

  ready(): void {
    if (this.#isAlone) return
    this.#ready = true
    this.#gather()
  }

  due(atMs: number): void {
    if (this.#isAlone) return
    this.#due = Math.min(this.#due, atMs)
    this.#gather()
  }

  poke(run: string): void {
    this.#name('poke', run)
  }

  /** Only where another process has asked for it. */
  ended(run: string): void {
    if (this.#wanted.delete(run)) this.#name('ended', run)
  }

  wanted(run: string): void {
    this.#name('wanted', run)
  }

  #name(what: 'poke' | 'ended' | 'wanted', run: string): void {
    if (this.#isAlone) return
    this.#names[what].add(run)
    this.#gather()
  }

  #gather(): void {
    if (this.#isGathering) return
    this.#isGathering = true
    this.#ports.timers.after(gatherMs, () => void this.#send(), { background: true })
  }

  async #send(): Promise<void> {
    this.#isGathering = false
    const { poke, ended, wanted } = this.#names
    this.#names = { poke: new Set(), ended: new Set(), wanted: new Set() }
    const [ready, due] = [this.#ready, this.#due]
    this.#ready = false
    this.#due = Infinity
    const told: Announcement[] = []
    if (ready || due < Infinity) told.push({ ...(ready && { ready }), ...(due < Infinity && { due }) })
    for (const page of pagesOf(poke)) told.push({ poke: page })
    for (const page of pagesOf(ended)) told.push({ ended: page })
    for (const page of pagesOf(wanted)) told.push({ wanted: page })
    try {
      for (const one of told) await this.#notices.publish(topic, JSON.stringify({ ...one, by: this.#own }))
    } catch (thrown) {
      // Whoever should have heard looks by himself after a while.
      this.#ports.log.write('debug', 'others could not be told about runs', { reason: String(thrown) })
    }
  }
}

function* pagesOf(names: ReadonlySet<string>): Generator<string[]> {
  const all = [...names]
  for (let from = 0; from < all.length; from += pageLimit) yield all.slice(from, from + pageLimit)
}
