import { restore } from './cast.ts'
import type { Pushed } from './context.ts'
import { OutcomeError } from './failures.ts'
import type { EventType } from './types.ts'

/** An event that was told of. */
export interface Told<Name extends string = string, Data = unknown> {
  /** Its place among all events of the app: where to go on after it. */
  readonly offset: number
  readonly id: string
  readonly name: Name
  readonly key?: string
  /** When it happened. */
  readonly at: Date
  readonly data: Data
}

/** How events are followed. */
export interface EventOptions {
  readonly signal?: AbortSignal | undefined
  /** The offset behind which to begin. @default those that come from now on */
  readonly after?: number | undefined
}

/** Events between two offsets were removed before they were read: what was made of them has to be made anew. */
export class EventsLost extends Error {
  override readonly name: string = 'EventsLost'
  readonly from: number
  readonly to: number

  constructor({ from, to }: { readonly from: number; readonly to: number }) {
    super(`the events ${from} to ${to} were removed before they were read`)
    this.from = from
    this.to = to
  }
}

/** Events as their readers take them. */
export async function* toldEvents(
  types: readonly EventType[],
  pushed: AsyncIterable<Pushed>,
): AsyncGenerator<Told, void, void> {
  const known = new Map(types.map((type) => [type.name, type]))
  for await (const message of pushed) {
    if ('errors' in message) throw new OutcomeError(message.errors)
    if ('behind' in message) throw new EventsLost(message.behind as { from: number; to: number })
    if (!('event' in message)) continue
    const told = message.event as Told & { readonly at: string | number }
    const type = known.get(told.name)
    yield { ...told, at: new Date(told.at), data: restore(type?.data, told.data, type?.types) }
  }
}
