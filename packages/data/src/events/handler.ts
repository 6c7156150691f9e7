import {
  type AnyCommand,
  type AnyEvent,
  command,
  type Command,
  type Definition,
  type ErrorTypes,
  type FailureOf,
  type Part,
  type Port,
  type RunArgs,
  type Schema,
} from '@heddle/core'
import { z } from 'zod'
import { eventType } from './event-type.ts'
import { handlerKind } from './handler-kind.ts'
import { handlerInstance } from './handler-instance.ts'
import type { StoredEventOf } from './stored-event.ts'

/** What a handler's definition consists of. What it has of a command means the same there. */
export interface HandlerDefinition<
  On extends readonly AnyEvent[],
  Errors extends ErrorTypes,
  Calls extends readonly AnyCommand[],
  Uses extends readonly Port[],
  Emits extends readonly AnyEvent[],
> extends Pick<
  Definition<Schema, Schema, Errors, Calls, Uses, Emits>,
  'summary' | 'description' | 'errors' | 'calls' | 'uses' | 'emits' | 'hooks' | 'policies'
> {
  /** The events that it handles. */
  readonly on: On
  /** Where a new handler begins: with events from now on, or with all that are kept. @default 'now' */
  readonly from?: 'now' | 'start'
  /** How many keys are worked on at a time. @default 16 */
  readonly concurrency?: number
  /** How often an event is tried before it becomes a dead letter. @default 10 */
  readonly attempts?: number
  readonly run: (
    args: Omit<RunArgs<Schema, Errors, Calls, Uses, Emits>, 'input'> & { readonly input: StoredEventOf<On[number]> },
  ) => void | FailureOf<Errors> | Promise<void | FailureOf<Errors>>
}

/** A handler: a part of an app, with the command that it runs for each event. */
export interface Handler<Name extends string = string> extends Part {
  readonly name: Name
  readonly command: Command<Name>
}

/**
 * Runs for each event of some kinds: at least once, in order per key, over many keys at a time. Its effects on the
 * database, and those of the commands that it calls, happen once. It starts with the app.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const mailReceipt = handler('shop.MailReceipt', {
 *   on: [OrderPlaced],
 *   uses: [Mailer],
 *   run: ({ input: { data }, ctx }) => ctx.use(Mailer).send(data.email, 'Thank you'),
 * })
 */
export function handler<
  const Name extends string,
  const On extends readonly [AnyEvent, ...AnyEvent[]],
  Errors extends ErrorTypes = {},
  const Calls extends readonly AnyCommand[] = readonly [],
  const Uses extends readonly Port[] = readonly [],
  const Emits extends readonly AnyEvent[] = readonly [],
>(name: Name, definition: HandlerDefinition<On, Errors, Calls, Uses, Emits>): Handler<Name> {
  const { on, from = 'now', concurrency = 16, attempts = 10, run, ...facts } = definition
  const handled = command(name, {
    ...facts,
    kind: 'command',
    input: eventType(on),
    output: z.object({}),
    access: 'heddle:operate',
    run: (async (args: never) => (await run(args)) ?? {}) as never,
  }) as unknown as Command<Name>
  const part: Handler<Name> = {
    kind: handlerKind,
    name,
    command: handled,
    commands: [handled],
    parts: on,
    inside: true,
    describe: () => ({ name, on: on.map((event) => event.name).sort(), from }),
    simulated: () => part,
    instance: () => handlerInstance(part, { name, on, from, concurrency, attempts }),
  }
  return part
}
