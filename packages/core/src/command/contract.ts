import type { Hook } from '../call/hooks.ts'
import type { Policy } from '../policy/policy.ts'
import type { AnyEvent } from '../event/event.ts'
import type { Port } from '../ports/port.ts'
import type { InputOf, Schema } from '../schema/schema.ts'
import { factsOf, typesOnly } from './command.ts'
import type {
  AnyCommand,
  Body,
  Command,
  Definition,
  Described,
  ErrorExamples,
  ErrorTypes,
  FailureOf,
  ItemFrom,
  OutputType,
  ValueFrom,
} from './types.ts'

/** What a contract declares: everything that callers see. */
export interface ContractDefinition<Input extends Schema, Output, Errors extends ErrorTypes> extends Described {
  readonly input: Input
  readonly output: Output
  readonly errors?: Errors
  /** An input for each declared error, to show in documents beside `examples`. */
  readonly errorExamples?: ErrorExamples<NoInfer<Input>, NoInfer<Errors>>
}

/** What an implementation adds. */
export type Implementation<
  Input extends Schema,
  Output,
  Errors extends ErrorTypes,
  Calls extends readonly AnyCommand[],
  Uses extends readonly Port[],
  Emits extends readonly AnyEvent[],
> = Pick<
  Definition<Input, Output, Errors, Calls, Uses, Emits>,
  'calls' | 'uses' | 'emits' | 'hooks' | 'policies' | 'validate' | 'run'
>

/** What a lazily loaded implementation states before it is loaded. */
export interface LazyFacts {
  readonly calls?: readonly AnyCommand[]
  readonly uses?: readonly Port[]
  readonly emits?: readonly AnyEvent[]
  readonly hooks?: readonly Hook[]
  readonly policies?: readonly Policy[]
}

/** A command without a body: it can be called, listed and shared, and is implemented elsewhere. */
export interface Contract<Name extends string, Input extends Schema, Output, Errors extends ErrorTypes> extends Command<
  Name,
  InputOf<Input>,
  ValueFrom<Output>,
  FailureOf<Errors>,
  never,
  ItemFrom<Output>
> {
  /** Gives the body. The app lists the implementation; callers may use either. */
  implement<
    const Calls extends readonly AnyCommand[] = readonly [],
    const Uses extends readonly Port[] = readonly [],
    const Emits extends readonly AnyEvent[] = readonly [],
  >(
    implementation: Implementation<Input, Output, Errors, Calls, Uses, Emits>,
  ): Command<Name, InputOf<Input>, ValueFrom<Output>, FailureOf<Errors>, never, ItemFrom<Output>>
  /**
   * Names the module whose default export implements this contract. It is loaded by the first call, so that an app
   * with heavy commands starts fast.
   *
   * @example export const renderVideo = RenderVideo.lazy(() => import('./render-video.ts'))
   */
  lazy(
    load: () => Promise<{ readonly default: Command<Name, InputOf<Input>, ValueFrom<Output>, FailureOf<Errors>> }>,
    facts?: LazyFacts,
  ): Command<Name, InputOf<Input>, ValueFrom<Output>, FailureOf<Errors>, never, ItemFrom<Output>>
}

/**
 * Declares a command apart from its body: for interface packages, for commands that call each other in a circle, and
 * for bodies that are loaded late. Callers see the errors that the contract lists.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const Even = contract('math.IsEven', { input: z.int(), output: z.boolean() })
 * export const isEven = Even.implement({
 *   calls: [Odd],
 *   run: async ({ input, call }) => input === 0 || (await call(Odd, input - 1)),
 * })
 */
export function contract<
  const Name extends string,
  Input extends Schema,
  Output extends OutputType,
  Errors extends ErrorTypes = {},
>(name: Name, definition: ContractDefinition<Input, Output, Errors>): Contract<Name, Input, Output, Errors> {
  const facts = factsOf(name, definition)
  const self: Contract<Name, Input, Output, Errors> = {
    ...facts,
    name,
    types: typesOnly,
    kind: 'contract',
    implement: (implementation) => ({
      ...factsOf(name, { ...definition, ...implementation }),
      name,
      types: typesOnly,
      contract: self,
      body: implementation as unknown as Body,
    }),
    lazy: (load, stated = {}) => ({
      ...factsOf(name, { ...definition, ...stated }),
      name,
      types: typesOnly,
      contract: self,
      body: { load: async () => (await load()).default.body! },
    }),
  }
  return self
}
