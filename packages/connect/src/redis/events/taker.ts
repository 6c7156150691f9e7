import { type AnyFailure, type Command, Defect, Failure, holdsAnnotation, mask, sleep } from '@heddle/core'
import type { OpenApp, Ports } from '@heddle/core'
import { type ForeignEvent, pauseMs } from '@heddle/data'
import { compareIds, type ConsumerGroup, type Entry, isReply } from './consumer-group.ts'
import { type Fields, lacksKey, laneOf, type Message, messageOf } from './message.ts'

/** How often an entry is tried before it becomes a dead letter (limit `redis.attempts`). */
const attemptLimit = 10
/** How long a process waits for an entry that another one has in hand, before it looks again. */
const othersMs = 20
/** How long it waits after trouble with the server. */
const restMs = 500

/** What a taker works with. */
export interface TakerSetup {
  readonly app: OpenApp
  readonly ports: Ports
  readonly group: ConsumerGroup
  /** What an entry's place is called, e.g. in dead letters. */
  readonly stream: string
  /** Full names of the events that are taken. */
  readonly names: ReadonlySet<string>
  /** Takes one of them. */
  readonly take: Command
  /** The entry after which a new group begins. */
  readonly after: string
  /** After how long to look for what others abandoned. */
  readonly claimEveryMs: number
}

/** Takes entries of a stream into the app's own database, those with one key in order, for as long as it runs. */
export class Taker {
  /** What keeps it from going on, while something does. */
  trouble: string | undefined
  readonly #setup: TakerSetup
  readonly #stopping = new AbortController()
  readonly #ended: Promise<void>
  #claimedAt = -Infinity

  constructor(setup: TakerSetup) {
    this.#setup = setup
    this.#ended = this.#live()
  }

  /** Takes nothing more, waits for what is being taken, and leaves the rest to others. */
  async drain(): Promise<void> {
    this.abandon()
    await this.#ended
    await this.#setup.group.leave().catch(() => undefined)
  }

  /** Takes nothing more. */
  abandon(): void {
    this.#stopping.abort()
    this.#setup.group.close()
  }

  async #live(): Promise<void> {
    const { group, ports, stream } = this.#setup
    let isNew = true
    let { after } = this.#setup
    while (!this.#stopping.signal.aborted) {
      try {
        if (isNew) await group.ensure(after)
        // What was handed to this process before the trouble comes first, since all else comes after it.
        if (isNew) while (await this.#takeAll(await group.own()));
        isNew = false
        // One that is gone was lost with what it held, so all that is there now came after it.
        after = '0'
        await this.#takeAll(await this.#next())
        this.trouble = undefined
      } catch (thrown) {
        if (this.#stopping.signal.aborted) return
        isNew = true
        const reason = (thrown as Error | Failure).message
        if (!this.trouble) ports.log.write('warning', `taking events from ${stream} is interrupted`, { reason })
        this.trouble = reason
        if (!isReply(thrown, 'NOGROUP')) await this.#pause(restMs)
      }
    }
  }

  async #next(): Promise<Entry[]> {
    const { group, ports, claimEveryMs } = this.#setup
    if (ports.clock.now() - this.#claimedAt >= claimEveryMs) {
      const claimed = await this.#claim()
      if (claimed.length > 0) return claimed
    }
    return group.read()
  }

  /** Looks again at once while there was something. */
  async #claim(): Promise<Entry[]> {
    const { group, ports } = this.#setup
    const claimed = await group.claim()
    if (claimed.length === 0) this.#claimedAt = ports.clock.now()
    return claimed
  }

  /**
   * Takes entries, each behind those of its lane that came before it, also where another process has those in hand.
   *
   * @returns whether there were any
   */
  async #takeAll(entries: readonly Entry[]): Promise<boolean> {
    const { group } = this.#setup
    let left = [...entries]
    while (left.length > 0 && !this.#stopping.signal.aborted) {
      left.sort((one, other) => compareIds(one.id, other.id))
      const held = await group.heldByOthers(left.at(-1)!.id)
      const isFree = ({ id, fields }: Entry) => {
        const first = held.get(laneOf(fields ?? {}))
        return fields === undefined || first === undefined || compareIds(id, first) < 0
      }
      await this.#takeFree(left.filter(isFree))
      left = left.filter((entry) => !isFree(entry))
      if (left.length === 0) break
      await this.#pause(othersMs)
      const known = new Set(left.map(({ id }) => id))
      left.push(...(await group.claim()).filter(({ id }) => !known.has(id)))
    }
    return entries.length > 0 && !this.#stopping.signal.aborted
  }

  async #takeFree(entries: readonly Entry[]): Promise<void> {
    const lanes = Map.groupBy(entries, ({ fields }) => laneOf(fields ?? {}))
    const done: string[] = []
    await Promise.all(
      [...lanes.values()].map(async (lane) => {
        for (const { id, fields } of lane) {
          if (fields !== undefined && !(await this.#take(id, fields))) return
          done.push(id)
        }
      }),
    )
    await this.#setup.group.done(done)
  }

  /** Takes one, however long it takes. @returns whether it is done, which it is not when the taker is stopped before */
  async #take(id: string, fields: Fields): Promise<boolean> {
    const { stream, names, ports } = this.#setup
    // Others may share the stream, and send what this app does not want.
    if (fields['name'] !== undefined && !names.has(fields['name'])) return true
    for (let attempt = 1; !this.#stopping.signal.aborted; attempt++) {
      const trouble = await this.#try(id, fields, attempt)
      if (!trouble) return true
      this.trouble = `${stream}:${id}: ${trouble.message}`
      if (attempt === 1) ports.log.write('warning', `an event could not be taken and is tried again: ${this.trouble}`)
      await this.#pause(pauseMs(trouble.retry, attempt))
    }
    return false
  }

  /** @returns why it is to be tried again; nothing when it is done */
  async #try(id: string, fields: Fields, attempt: number): Promise<Trouble | undefined> {
    const { app, ports, take } = this.#setup
    let message: Message
    try {
      message = messageOf(fields, ports)
    } catch (thrown) {
      const failure = failureOf(thrown)
      // The key may come with the next start: the event is not to blame.
      if (lacksKey(fields, ports)) return { message: failure.message, retry: 'later' }
      const { data: _data, sealed: _sealed, ...shown } = fields
      const told = holdsAnnotation(take.input) ? { input: shown, secret: fields } : { input: fields }
      return this.#giveUp(id, 'main', told, [failure])
    }
    const { tenant, traceId } = message
    const input = inputOf(message)
    const options = { as: app.self(tenant), trusted: true, tenant, traceId, idempotencyKey: message.id }
    const outcome = await app.callByName(take.name, input, options)
    if (outcome.ok) return undefined
    const [{ code, retry }] = outcome.errors as [AnyFailure]
    // Taken before, by an app that told it otherwise.
    if (code === 'KeyReused') return undefined
    const isOver = retry === 'never' || attempt >= attemptLimit
    if (!isOver || this.#stopping.signal.aborted) return outcome.errors[0]!
    const told = holdsAnnotation(take.input) ? { input: mask(take.input, input), secret: input } : { input }
    // A tenant that this app does not have has nobody who would look.
    return this.#giveUp(id, code === 'TenantDenied' ? 'main' : tenant, told, outcome.errors)
  }

  async #giveUp(
    id: string,
    tenant: string,
    told: { readonly input: unknown; readonly secret?: unknown },
    failures: readonly AnyFailure[],
  ): Promise<Trouble | undefined> {
    const { stream, take, ports } = this.#setup
    const origin = `${stream}:${id}`
    ports.log.write('error', `the event ${origin} became a dead letter: ${failures[0]!.message}`, { tenant })
    const errors = failures.map((failure) => failure.toJSON())
    try {
      await ports.deadLetters.add([{ tenant, command: take.name, origin, errors, ...told }])
      return undefined
    } catch (thrown) {
      return { message: `its dead letter could not be kept: ${(thrown as Error).message}`, retry: 'later' }
    }
  }

  async #pause(delayMs: number): Promise<void> {
    await sleep(this.#setup.ports.timers, delayMs, this.#stopping.signal).catch(() => undefined)
  }
}

type Trouble = Pick<AnyFailure, 'message' | 'retry'>

function inputOf({ id, name, version, data, at, traceId }: Message): ForeignEvent {
  return { id, name, version, data, at, ...(traceId !== undefined && { traceId }) }
}

function failureOf(thrown: unknown): AnyFailure {
  if (thrown instanceof Failure) return thrown
  if (thrown instanceof Defect) return thrown.toFailure()
  throw thrown
}
