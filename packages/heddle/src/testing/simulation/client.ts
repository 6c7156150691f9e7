import type { AnyCommand, AnyFailure, CallOptions, ErrorsOf, InputFor, Outcome, Random, ValueOf } from '@heddle/core'
import { failed, sleep, systemErrors, systemFailure, toJson } from '@heddle/core'
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
  readonly outcome: Outcome<unknown, AnyFailure>
}

type AnyOutcome = SimulatedCall['outcome']

/** The calls of all clients: which keys were used, and what came back. */
export class Callers {
  readonly history: SimulatedCall[] = []
  readonly #world: World
  #keys = 0

  constructor(world: World) {
    this.#world = world
  }

  client(index: number, random: Random): Client {
    return {
      index,
      random,
      call: ((command: AnyCommand, input: unknown, options?: ClientCallOptions) =>
        this.#call(index, command, input, options)) as Client['call'],
      sleep: (delayMs) => sleep(this.#world.time.timers, delayMs),
    }
  }

  async #call(
    client: number,
    command: AnyCommand,
    input: unknown,
    options: ClientCallOptions = {},
  ): Promise<AnyOutcome> {
    const { retry = true, ...given } = options
    const { trace, plan } = this.#world
    const { step } = trace
    const wantsKey = command.kind !== 'query' && !('idempotencyKey' in given)
    const idempotencyKey = wantsKey ? `key-${++this.#keys}` : given.idempotencyKey
    const call: SentCall = { client, step, command, input, options: { ...given, idempotencyKey }, retry }
    const again = idempotencyKey === undefined ? undefined : plan.duplicate()
    const twice =
      again === undefined ? [] : [sleep(this.#world.time.timers, again).then(() => this.#send(call, 'again'))]
    const [outcome, other] = await Promise.all([this.#send(call, ''), ...twice])
    if (other && isKept(outcome!) && isKept(other)) assertEqual(idempotencyKey!, outcome!, other)
    this.history.push({ client, step, command: command.name, input, idempotencyKey, outcome: outcome! })
    return outcome!
  }

  async #send(call: SentCall, again: '' | 'again'): Promise<AnyOutcome> {
    const { client, step, command, input, options, retry } = call
    const key = options.idempotencyKey === undefined ? '' : ` (${options.idempotencyKey}${again && ', again'})`
    const what = `client ${client} ${command.name}${key}`
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
      assertSound(command, outcome)
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
  readonly options: CallOptions
  readonly retry: boolean
}

/** How long to wait before asking again; undefined when it is of no use. */
function waitOf(outcome: AnyOutcome): number | undefined {
  if (outcome.ok) return undefined
  const waits = outcome.errors.flatMap(({ retry }) =>
    retry === 'never' ? [] : [retry === 'later' ? 0 : retry.afterMs],
  )
  return waits.length === outcome.errors.length ? Math.max(...waits) : undefined
}

/** Whether this outcome is what everybody with the key is told: success, or a failure that the command declares. */
const isKept = (outcome: AnyOutcome) =>
  outcome.ok || outcome.errors.every(({ code, retry }) => retry === 'never' && !(code in systemErrors))

function assertEqual(key: string, one: AnyOutcome, other: AnyOutcome): void {
  const [first, second] = [showOutcome(one), showOutcome(other)]
  if (first !== second) throw new Error(`two calls with ${key} had two answers, ${first} and ${second}`)
}

/** A defect is a mistake in the app, whatever happened around it. */
function assertSound({ name }: AnyCommand, outcome: AnyOutcome): void {
  const defect = outcome.ok ? undefined : outcome.errors.find(({ code }) => code === 'Internal')
  if (!defect) return
  const { cause } = defect
  throw new Error(`${name} errored: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
}
