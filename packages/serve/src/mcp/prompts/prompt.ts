import {
  type AnyCommand,
  type CalledErrors,
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

/** Who says a message. */
export type PromptRole = 'user' | 'assistant'

/** One message of a prompt: a text, a file in base64, or a resource with its text. A plain text is one of the user's. */
export type PromptMessage =
  | string
  | { readonly role: PromptRole; readonly text: string }
  | { readonly role: PromptRole; readonly file: { readonly type: string; readonly base64: string } }
  | {
      readonly role: PromptRole
      readonly resource: { readonly uri: string; readonly type: string; readonly text: string }
    }

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
  messages(args: RunArgs<Input, {}, Calls, Uses>): Maybe<PromptMessage | readonly PromptMessage[]>
}

/** What a prompt answers with. Commands with this very type are prompts. */
export const promptOutput = z.object({
  messages: z.array(
    z.object({
      role: z.enum(['user', 'assistant']),
      text: z.string().optional(),
      file: z.object({ type: z.string(), base64: z.base64() }).optional(),
      resource: z.object({ uri: z.string(), type: z.string(), text: z.string() }).optional(),
    }),
  ),
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
): Command<Name, InputOf<Input>, PromptMessages, never, CalledErrors<Calls>> {
  const made = command(name, {
    ...definition,
    kind: 'query',
    output: promptOutput,
    async run(args: never) {
      const told = await messages(args)
      const all: readonly PromptMessage[] = isList(told) ? told : [told]
      return { messages: all.map((each) => (typeof each === 'string' ? { role: 'user' as const, text: each } : each)) }
    },
  } as never)
  return made as Command<Name, InputOf<Input>, PromptMessages, never, CalledErrors<Calls>>
}

const isList = (told: PromptMessage | readonly PromptMessage[]): told is readonly PromptMessage[] => Array.isArray(told)
