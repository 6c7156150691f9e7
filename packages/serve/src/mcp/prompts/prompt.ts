import {
  type AnyCommand,
  command,
  type Command,
  type Described,
  type InputOf,
  type Maybe,
  type Port,
  type RunArgs,
  type Schema,
} from '@heddle/core'
import { z } from 'zod'

/** One message of a prompt. A plain text is one of the user's. */
export type PromptText = string | { readonly role: 'user' | 'assistant'; readonly text: string }

/** What a prompt's definition consists of. */
export interface PromptDefinition<
  Input extends Schema,
  Calls extends readonly AnyCommand[],
  Uses extends readonly Port[],
> extends Omit<Described, 'kind' | 'idempotent' | 'destructive'> {
  /** What it wants to be told: an object whose fields can be written as text. */
  readonly input: Input
  readonly calls?: Calls
  readonly uses?: Uses
  /** What a model is to be told. */
  messages(args: RunArgs<Input, {}, Calls, Uses>): Maybe<PromptText | readonly PromptText[]>
}

/** What a prompt answers with. Commands with this very type are prompts. */
export const promptOutput = z.object({
  messages: z.array(z.object({ role: z.enum(['user', 'assistant']), text: z.string() })),
})

/** The answer of a prompt. */
export type PromptMessages = z.output<typeof promptOutput>

/**
 * Declares a text that people hand to a model, made of what they fill in. It is a query: the same access, types and errors
 * hold for it, and it can be called and tested like any other. Agents get it as a prompt.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const explainTransfer = prompt('bank.ExplainTransfer', {
 *   summary: 'Explain a transfer to a customer',
 *   input: z.object({ id: z.string() }),
 *   access: 'bank:read',
 *   calls: [findTransfer],
 *   messages: async ({ input, call }) => `Explain in plain words: ${JSON.stringify(await call(findTransfer, input))}`,
 * })
 */
export function prompt<
  const Name extends string,
  Input extends Schema,
  const Calls extends readonly AnyCommand[] = readonly [],
  const Uses extends readonly Port[] = readonly [],
>(
  name: Name,
  { messages, ...definition }: PromptDefinition<Input, Calls, Uses>,
): Command<Name, InputOf<Input>, PromptMessages, never, never> {
  const made = command(name, {
    ...definition,
    kind: 'query',
    output: promptOutput,
    async run(args: never) {
      const told = await messages(args)
      const all: readonly PromptText[] = isList(told) ? told : [told]
      return { messages: all.map((each) => (typeof each === 'string' ? { role: 'user' as const, text: each } : each)) }
    },
  } as never)
  return made as Command<Name, InputOf<Input>, PromptMessages, never, never>
}

const isList = (told: PromptText | readonly PromptText[]): told is readonly PromptText[] => Array.isArray(told)
