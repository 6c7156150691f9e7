import type { Cancel, FedChange, Notices, Ports } from '@heddle/core'
import { noticeLimit } from '../database/notices.ts'

const changesTopic = 'heddle.changes'
const wantedTopic = 'heddle.changes.wanted'

/** How often a process that wants to know of changes says so (limit `changes.announce`). */
const announceMs = 20_000
/** How long the others believe it (limit `changes.wanted`). */
const wantedMs = 60_000
/** Changes of so long go out in one notice (limit `changes.gather`): a notice is a transaction of its own. */
const gatherMs = 50

/** Tenant → entities; a missing list stands for any. */
type Gathered = Map<string | undefined, Set<string> | undefined>

/**
 * Tells the other processes of a database what commits of this one changed, and hears it of theirs. Outside of the
 * commits' transactions, because a notice within one would make all that notify wait for each other. Whoever wants to know
 * says so from time to time; while nobody does, nothing is sent.
 */
export class ChangeNotices {
  readonly #notices: Notices
  readonly #ports: Pick<Ports, 'clock' | 'timers' | 'log'>
  readonly #hear: (change: FedChange) => void
  /** What a process says itself it hears too. */
  readonly #sender: string
  #wantedUntil: number | undefined
  #gathered: Gathered = new Map()
  #cancelSend: Cancel | undefined
  #cancelAnnounce: Cancel | undefined
  #stopHearing: (() => void) | undefined
  #stopWanted: (() => void) | undefined
  #isListening = false
  #isClosed = false

  constructor(
    notices: Notices,
    ports: Pick<Ports, 'clock' | 'timers' | 'random' | 'log'>,
    hear: (change: FedChange) => void,
  ) {
    this.#notices = notices
    this.#ports = ports
    this.#hear = hear
    this.#sender = Buffer.from(ports.random.bytes(12)).toString('base64url')
  }

  /** Whether another process may want to know. At first it may: those who do say so within that time. */
  isWanted(): boolean {
    if (this.#wantedUntil === undefined) {
      this.#renew()
      void this.#hearWanted()
    }
    return this.#ports.clock.now() < this.#wantedUntil!
  }

  publish({ tenant, entities }: FedChange): void {
    if (!this.isWanted() || this.#isClosed) return
    const known = this.#gathered.get(tenant)
    if (!entities) this.#gathered.set(tenant, undefined)
    else if (known) for (const entity of entities) known.add(entity)
    else if (!this.#gathered.has(tenant)) this.#gathered.set(tenant, new Set(entities))
    // The first goes at once, and those of the time after it together.
    if (this.#cancelSend) return
    void this.#send()
    this.#sendLater()
  }

  listen(): void {
    if (this.#isListening || this.#isClosed) return
    this.#isListening = true
    void this.#hearChanges()
    this.#announce()
  }

  stopListening(): void {
    this.#isListening = false
    this.#cancelAnnounce?.()
    this.#stopHearing?.()
    this.#cancelAnnounce = this.#stopHearing = undefined
  }

  close(): void {
    this.#isClosed = true
    this.stopListening()
    this.#cancelSend?.()
    this.#stopWanted?.()
    this.#cancelSend = this.#stopWanted = undefined
  }

  #sendLater(): void {
    this.#cancelSend = this.#ports.timers.after(
      gatherMs,
      () => {
        this.#cancelSend = undefined
        if (this.#gathered.size === 0) return
        void this.#send()
        this.#sendLater()
      },
      { background: true },
    )
  }

  async #send(): Promise<void> {
    const changes = [...this.#gathered].map(([tenant, entities]) => [tenant ?? null, entities ? [...entities] : null])
    this.#gathered = new Map()
    const whole = JSON.stringify([this.#sender, ...changes])
    const payload = Buffer.byteLength(whole) > noticeLimit ? JSON.stringify([this.#sender, [null, null]]) : whole
    await this.#publish(changesTopic, payload)
  }

  #announce(): void {
    if (!this.#isListening) return
    void this.#publish(wantedTopic, this.#sender)
    this.#cancelAnnounce = this.#ports.timers.after(announceMs, () => this.#announce(), { background: true })
  }

  async #hearChanges(): Promise<void> {
    const hear = (payload: string) => {
      const [sender, ...changes] = JSON.parse(payload) as [string, ...[string | null, string[] | null][]]
      if (sender === this.#sender) return
      for (const [tenant, entities] of changes) {
        this.#hear({ tenant: tenant ?? undefined, entities: entities ? new Set(entities) : undefined })
      }
    }
    const missed = () => this.#hear({ tenant: undefined, entities: undefined })
    const stop = await this.#notices.subscribe(changesTopic, hear, { missed })
    if (!this.#isListening) return stop()
    this.#stopHearing = stop
    // What was said before somebody listened is not known.
    missed()
  }

  async #hearWanted(): Promise<void> {
    const renew = () => this.#renew()
    const stop = await this.#notices.subscribe(wantedTopic, renew, { missed: renew })
    if (this.#isClosed) stop()
    else this.#stopWanted = stop
  }

  #renew(): void {
    this.#wantedUntil = this.#ports.clock.now() + wantedMs
  }

  /** While the server is away nothing changes; when it is back, those who listen are told that they may have missed something. */
  async #publish(topic: string, payload: string): Promise<void> {
    try {
      await this.#notices.publish(topic, payload)
    } catch (thrown) {
      if (!this.#isClosed) this.#ports.log.write('debug', `a change was not told to other processes: ${String(thrown)}`)
    }
  }
}
