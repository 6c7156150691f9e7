import { command } from '../command/command.ts'
import type { AnyCommand, CalledErrors, Command, Definition } from '../command/types.ts'
import type { Port } from '../ports/port.ts'
import type { InputOf, OutputOf, Schema } from '../schema/schema.ts'

/** What a mapper's definition consists of. */
export interface MapperDefinition<
  From extends Schema,
  To extends Schema,
  Calls extends readonly AnyCommand[],
  Uses extends readonly Port[],
> {
  /** One line. */
  readonly summary?: string
  /** The type that it reads: that of one domain. */
  readonly from: From
  /** The type that it gives: that of another. */
  readonly to: To
  readonly calls?: Calls
  readonly uses?: Uses
  readonly run: Definition<From, To, {}, Calls, Uses>['run']
}

/**
 * Declares how a type of one domain becomes a type of another. It is a command: it can be called, listed and tested like
 * any other. `mapped` finds it by its types.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const payerFromCustomer = mapper('billing.PayerFromCustomer', {
 *   from: Customer,
 *   to: Payer,
 *   run: ({ input }) => ({ name: `${input.first} ${input.last}`, address: input.email }),
 * })
 */
export function mapper<
  const Name extends string,
  From extends Schema,
  To extends Schema,
  const Calls extends readonly AnyCommand[] = readonly [],
  const Uses extends readonly Port[] = readonly [],
>(
  name: Name,
  { from, to, ...definition }: MapperDefinition<From, To, Calls, Uses>,
): Command<Name, InputOf<From>, OutputOf<To>, never, CalledErrors<Calls>> {
  const made = command(name, { kind: 'query', input: from, output: to, ...definition } as never)
  return { ...made, isMapper: true } as unknown as Command<
    Name,
    InputOf<From>,
    OutputOf<To>,
    never,
    CalledErrors<Calls>
  >
}
