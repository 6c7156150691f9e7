import type { AnyCommand, CallOptions, ErrorsOf, InputFor, Outcome, Random, ValueOf } from '@heddle/core'
import { failed, sleep, systemFailure, toJson } from '@heddle/core'
import { type AnyOutcome, assertSameAnswer, assertSound, waitOf } from './outcomes.ts'
import { show, showOutcome } from './show.ts'
import type { World } from './world.ts'

/** How often a client asks before it gives up. */
const attemptLimit = 50

/** How a simulated client calls. */
export interface ClientCallOptions extends CallOptions {
  /**
   * Whether it asks again, with the same idempotency key, as long as it is told that later may be better.
   *
   * @default true
   */
  readonly retry?: boolean
}

/** One of the callers of a simulated app. It outlives the app's crashes. */
export interface Client {
  readonly index: number
  readonly random: Random
  /**
   * Calls as `app.call` does. A command gets an idempotency key unless the options say otherwise, and may be sent
   * twice. A call whose app died under it fails with `Unavailable`: it may have had its effect, or not.
   */
  call<C extends AnyCommand>(
    command: C,
    input: InputFor<C>,
    options?: ClientCallOptions,
  ): Promise<Outcome<ValueOf<C>, ErrorsOf<C>>>
  /** Waits in virtual time. */
  sleep(delayMs: number): Promise<void>
}

/** A call that a client made, and what it was told in the end. */
export interface SimulatedCall {
  readonly client: number
  readonly step: number
  readonly command: string
  readonly input: unknown
  readonly idempotencyKey: string | undefined
  readonly outcome: AnyOutcome
}

/** The calls of all clients: which keys were used, and what came back. */
export class Callers {
  readonly history: SimulatedCall[] = []
  readonly #world: World
  #keys = 0

  constructor(world: World) {
    this.#world = world
  }

  /** A client in one step of the workload. */
  client(index: number, random: Random, step: number): Client {
    return {
      index,
      random,
      call: ((command: AnyCommand, input: unknown, options?: ClientCallOptions) =>
        this.#call({ client: index, step, command, input }, options)) as Client['call'],
      sleep: (delayMs) => sleep(this.#world.time.timers, delayMs),
    }
  }

  async #call(call: SentCall, options: ClientCallOptions = {}): Promise<AnyOutcome> {
    const { client, step, command, input } = call
    const { retry = true, ...given } = options
    const wantsKey = command.kind !== 'query' && !('idempotencyKey' in given)
    const idempotencyKey = wantsKey ? `key-${++this.#keys}` : given.idempotencyKey
    const send = (note: string) => this.#send(call, { ...given, idempotencyKey }, retry, note)
    const again = idempotencyKey === undefined ? undefined : this.#world.plan.duplicate()
    const twice = again === undefined ? [] : [sleep(this.#world.time.timers, again).then(() => send(', again'))]
    const [outcome, other] = (await Promise.all([send(''), ...twice])) as [AnyOutcome, AnyOutcome?]
    if (other) assertSameAnswer(idempotencyKey!, outcome, other)
    this.history.push({ client, step, command: command.name, input, idempotencyKey, outcome })
    return outcome
  }

  async #send(call: SentCall, options: CallOptions, retry: boolean, note: string): Promise<AnyOutcome> {
    const { client, step, command, input } = call
    const { idempotencyKey: key } = options
    const what = `client ${client} ${command.name}${key === undefined ? '' : ` (${key}${note})`}`
    const world = this.#world
    world.waiting.add(what)
    for (let attempt = 1; ; attempt++) {
      const { app, died } = await world.up()
      world.trace.add('call', `${what} ${show(toJson(input))}`, step)
      const lost = died.then(() => failed([systemFailure('Unavailable', { what: 'The app' })]))
      const outcome = (await Promise.race([app.call(command, input as never, options), lost])) as AnyOutcome
      if (world.over) return await new Promise<never>(() => undefined)
      world.progress()
      world.trace.add('outcome', `${what} ${showOutcome(outcome)}`, step)
      assertSound(command.name, outcome)
      const pauseMs = retry && attempt < attemptLimit ? waitOf(outcome) : undefined
      if (pauseMs === undefined) {
        world.waiting.delete(what)
        return outcome
      }
      await sleep(world.time.timers, pauseMs + world.plan.pause())
    }
  }
}

interface SentCall {
  readonly client: number
  readonly step: number
  readonly command: AnyCommand
  readonly input: unknown
}
