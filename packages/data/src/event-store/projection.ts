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
import type { AnyEntity } from '../entity/entity.ts'
import { eventType } from '../events/event-type.ts'
import { projectionKind } from '../events/handler-kind.ts'
import type { StoredEvent, StoredEventOf } from '../events/stored-event.ts'
import { advance, Places } from './places.ts'
import { projectionInstance } from './projection-instance.ts'

/** What a projection's definition consists of. What it has of a command means the same there. */
export interface ProjectionDefinition<
  On extends readonly AnyEvent[],
  Errors extends ErrorTypes,
  Calls extends readonly AnyCommand[],
  Uses extends readonly Port[],
> extends Pick<
  Definition<Schema, Schema, Errors, Calls, Uses>,
  'summary' | 'description' | 'errors' | 'calls' | 'uses'
> {
  /** The events that it is folded from, of streams or emitted. */
  readonly on: On
  /** The entities that make up the view. They belong to it alone: a rebuild empties them. */
  readonly into: readonly AnyEntity[]
  /** Grows with each change of the view or of `run`: the view is then rebuilt when the app starts. @default 1 */
  readonly version?: number
  /** How many events one transaction takes in at most. @default 100 */
  readonly batch?: number
  readonly run: (
    args: Omit<RunArgs<Schema, Errors, Calls, Uses>, 'input' | 'emit'> & { readonly input: StoredEventOf<On[number]> },
  ) => void | FailureOf<Errors> | Promise<void | FailureOf<Errors>>
}

/** A projection: a part of an app, with the command that takes events into the view. */
export interface Projection<Name extends string = string> extends Part {
  readonly name: Name
  readonly command: Command<Name>
}

/**
 * A view that is folded from events: each event is taken in once, in the order of their offsets. How far it is stands in
 * the same transaction as the view. It starts with the app.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const balances = projection('bank.ShowBalances', {
 *   on: [Deposited, Withdrawn],
 *   into: [Balance],
 *   uses: [Balances],
 *   async run({ input: { key, name, data }, ctx }) { … },
 * })
 */
export function projection<
  const Name extends string,
  const On extends readonly [AnyEvent, ...AnyEvent[]],
  Errors extends ErrorTypes = {},
  const Calls extends readonly AnyCommand[] = readonly [],
  const Uses extends readonly Port[] = readonly [],
>(name: Name, definition: ProjectionDefinition<On, Errors, Calls, Uses>): Projection<Name> {
  const { on, into, version = 1, batch = 100, run, uses = [], ...facts } = definition
  const apply = run as (args: object) => unknown
  const taken = command(name, {
    ...facts,
    kind: 'command',
    input: z.object({ generation: z.int(), events: z.array(eventType(on) as z.ZodType).min(1) }),
    output: z.object({}),
    access: 'heddle:operate',
    uses: [...uses, Places],
    run: async (args) => {
      const { generation, events } = args.input as { generation: number; events: readonly StoredEvent[] }
      const fresh = await advance(args.ctx.use(Places), name, generation, events)
      for (const input of fresh) {
        const refused = await apply({ input, ctx: args.ctx, call: args.call, fail: args.fail })
        if (refused !== undefined) return refused as never
      }
      return {}
    },
  }) as unknown as Command<Name>
  const part: Projection<Name> = {
    kind: projectionKind,
    name,
    command: taken,
    commands: [taken],
    parts: [...on, ...into],
    inside: true,
    describe: () => ({
      name,
      on: on.map((event) => event.name).sort(),
      into: into.map((entity) => entity.name).sort(),
      version,
    }),
    simulated: () => part,
    instance: () => projectionInstance(part, { name, on, tables: into.map(({ table }) => table), version, batch }),
  }
  return part
}
