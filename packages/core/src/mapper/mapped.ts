import { factsOf, typesOnly } from '../command/command.ts'
import type { AnyCommand, Command, ErrorsOf, OutputType, ValueOf } from '../command/types.ts'
import type { InputOf, OutputOf, Schema } from '../schema/schema.ts'

/** What is left to the app: which mappers stand between a caller's types and those of a command. */
export interface Mapping {
  readonly callee: AnyCommand
  readonly from: Schema
  readonly to: Schema | undefined
}

/** How a command is called with types of another domain. */
export interface MappedOptions<From extends Schema, To extends Schema> {
  /** The type that the caller has. */
  readonly from: From
  /** The type that the caller wants back. @default the output of the command */
  readonly to?: To
}

/**
 * A command of another domain as this domain calls it: with its own types. The app chooses the mappers by type when it is
 * opened: the same type object, or one that is described alike. None that fits, or several that fit as well, stop the
 * start.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * const chargeCustomer = mapped('shop.ChargeCustomer', charge, { from: Customer })
 * // in a command that lists it in `calls`
 * await call(chargeCustomer, customer)
 */
export function mapped<
  const Name extends string,
  Callee extends AnyCommand,
  From extends Schema,
  To extends Schema = Schema<ValueOf<Callee>, unknown>,
>(
  name: Name,
  callee: Callee,
  { from, to }: MappedOptions<From, To>,
): Command<Name, InputOf<From>, OutputOf<To>, never, ErrorsOf<Callee>> {
  const output: OutputType = to ?? callee.output
  return {
    ...factsOf(name, { input: from, output, calls: [callee] }),
    name,
    kind: 'contract',
    types: typesOnly,
    mapping: { callee, from, to },
  }
}
