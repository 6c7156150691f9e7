import { type AnyEvent, type DataFor, type DataOf, Defect, type Json, type OutputOf, type Part } from '@heddle/core'
import type { PartKind, Port, Schema } from '@heddle/core'
import { dataUnit } from '../unit/data-unit.ts'
import { StreamStore } from './stream-store.ts'
import { eventStoreKind } from './store-kind.ts'

/** An event of a stream. */
export interface StreamEvent<Name extends string = string, Data = unknown> {
  /** Its place in the stream, from 1. */
  readonly number: number
  readonly name: Name
  readonly data: Data
  readonly at: Date
}

/** One of several events of a stream, told apart by its name. */
export type StreamEventOf<E extends AnyEvent> = E extends AnyEvent ? StreamEvent<E['name'], DataOf<E>> : never

/** An event to append, and its data. */
export type NewEventOf<E extends AnyEvent> = E extends AnyEvent ? readonly [event: E, data: DataFor<E>] : never

/** What an event store's definition consists of. */
export interface EventStoreDefinition<E extends readonly AnyEvent[], State extends Schema> {
  /** One line. */
  readonly summary?: string
  /** The events that its streams hold. */
  readonly events: E
  /** What a stream folds to. It is kept as JSON in snapshots. */
  readonly state: State
  /** The state of a stream without events. */
  readonly initial: OutputOf<State>
  /** The state after one more event. It may not change the state that it is given. */
  readonly fold: (state: OutputOf<State>, event: StreamEventOf<E[number]>) => OutputOf<State>
  /** After how many events the state is kept, so that not all of them are folded again. @default 100; 0 for never */
  readonly snapshotEvery?: number
  /** Grows with each change of `state` or `fold`: older snapshots are passed over. @default 1 */
  readonly version?: number
}

/** The streams of one event store that the call's tenant has. */
export interface EventStreams<E extends AnyEvent, State> {
  /** What a stream folds to, and how many events it holds, those of this command included. */
  load(stream: string): Promise<{ readonly state: State; readonly length: number }>
  /**
   * Adds events to the end of a stream, which begins with its first one. They are written with the command's other
   * changes.
   *
   * @param options.expected how many events the stream must hold now
   * @returns how many it holds then
   * @throws {Failure} WrongExpectedVersion
   */
  append(stream: string, events: readonly NewEventOf<E>[], options?: { readonly expected?: number }): Promise<number>
  /** Committed events in order. @param options.limit @default 100, at most 1,000 */
  read(
    stream: string,
    options?: { readonly after?: number; readonly limit?: number },
  ): Promise<readonly StreamEventOf<E>[]>
}

/** What the run-time side of an event store needs to know. */
export interface StoreFacts {
  readonly name: string
  readonly events: readonly AnyEvent[]
  readonly state: Schema
  readonly initial: unknown
  readonly fold: (state: never, event: never) => unknown
  readonly snapshotEvery: number
  readonly version: number
}

/**
 * Streams of events that are kept for good, and what they fold to. Commands list it in `uses`.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const Ledger = eventStore('bank.Ledger', {
 *   events: [Deposited, Withdrawn],
 *   state: z.object({ balance: z.int() }),
 *   initial: { balance: 0 },
 *   fold: ({ balance }, { name, data }) => ({ balance: balance + (name === 'bank.Deposited' ? data.cents : -data.cents) }),
 * })
 * // in a command with uses: [Ledger]
 * const { state, length } = await ctx.use(Ledger).load(account)
 * await ctx.use(Ledger).append(account, [[Withdrawn, { cents }]], { expected: length })
 */
export function eventStore<const E extends readonly [AnyEvent, ...AnyEvent[]], State extends Schema>(
  name: string,
  definition: EventStoreDefinition<E, State>,
): Port<EventStreams<E[number], OutputOf<State>>> {
  const { events, state, initial, fold, snapshotEvery = 100, version = 1, summary } = definition
  if (!Number.isInteger(snapshotEvery) || snapshotEvery < 0) {
    throw new Defect('InvalidDefinition', { name, reason: 'snapshotEvery is no whole number from 0' })
  }
  const facts: StoreFacts = { name, events, state, initial, fold, snapshotEvery, version }
  return {
    kind: 'port',
    name,
    external: false,
    part: storePart(facts, eventStoreKind, summary),
    bind: (scope) =>
      new StreamStore(facts, scope, dataUnit(scope, name)) as unknown as EventStreams<E[number], OutputOf<State>>,
  }
}

function storePart({ name, events }: StoreFacts, kind: PartKind, summary: string | undefined): Part {
  const describe = (): Json => ({
    name,
    ...(summary !== undefined && { summary }),
    events: events.map((event) => event.name).sort(),
  })
  return { kind, name, parts: events, describe }
}
