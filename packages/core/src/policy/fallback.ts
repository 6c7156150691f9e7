import { z } from 'zod'
import { isStream } from '../command/stream-output.ts'
import type { AnyCommand, CommandFacts } from '../command/types.ts'
import type { Json } from '../manifest/json.ts'
import type { AnyFailure } from '../outcome/outcome.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import { Check } from '../schema/check.ts'
import { Issues } from '../schema/compile/index.ts'
import { definePolicy, type FindCommand, policyOf } from './policy-kind.ts'
import type { AnyOutcome, Apply, Policy, PolicyHost } from './policy.ts'

const config = z.union([
  z.strictObject({
    value: z.json().describe('What to answer'),
    on: z.array(z.string()).optional().describe('Codes that it answers for'),
  }),
  z.strictObject({
    command: z.string().describe('The command that answers, given the same input'),
    on: z.array(z.string()).optional().describe('Codes that it answers for'),
  }),
])

type Config = z.output<typeof config>

/** The kind of `fallback`. */
export const fallbackKind = definePolicy({
  name: 'fallback',
  summary: 'Answers with a value, or by another command, when the call failed',
  config,
  create: (given, find) => ('value' in given ? byValue(given, given.value) : byCommand(given, find)),
})

/**
 * Answers in place of a command that failed: with a value, or by a command that takes the same input. The writes of the
 * failed call are undone. Without `on` it answers for failures of the categories runtime, system and external, but
 * never for a caller who cancelled, and not for declared errors of the domain: those are answers.
 *
 * @throws {Defect} InvalidDefinition
 * @example policies: [fallback({ value: { rate: 1 } }), retry(), timeout('1s')]
 */
export function fallback(
  options: { readonly on?: readonly string[] } & ({ readonly value: Json } | { readonly command: AnyCommand }),
): Policy {
  const { on } = options
  if ('value' in options) return policyOf(fallbackKind, options)
  const { command } = options
  return byCommand({ command: command.name, ...(on && { on: [...on] }) }, () => command)
}

function byValue(given: Config, value: unknown): Policy {
  return {
    name: 'fallback',
    config: given,
    recovers: true,
    refuses: (command) => refusesStream(command) ?? misfit(command, value),
    open: (host) => answering(given, host, (call) => call.accept(value)),
  }
}

function byCommand(given: Config & { readonly command: string }, find: FindCommand): Policy {
  const command = find(given.command)
  return {
    name: 'fallback',
    config: given,
    recovers: true,
    calls: command ? [command] : [],
    refuses: (own) => refusesStream(own) ?? (command ? undefined : `there is no command "${given.command}"`),
    open: (host) => answering(given, host, (call) => call.instead(command!, call.input)),
  }
}

function answering(
  { on }: Config,
  { command }: PolicyHost,
  answer: (call: Parameters<Apply>[0]) => Maybe<AnyOutcome>,
): Apply {
  return (call, next) => {
    const judge = (outcome: AnyOutcome): Maybe<AnyOutcome> => {
      if (outcome.ok || call.over || !outcome.errors.every((failure) => answersFor(failure, on))) return outcome
      const [{ code, key }] = outcome.errors as [AnyFailure]
      const { traceId } = call
      call.ports.log.write('warning', `${command.name} fell back after ${code}`, {
        command: command.name,
        key,
        traceId,
      })
      return answer(call)
    }
    const outcome = next()
    return isPromise(outcome) ? outcome.then(judge) : judge(outcome)
  }
}

const notTheCallers: ReadonlySet<string> = new Set(['runtime', 'system', 'external'])

const answersFor = ({ code, category }: AnyFailure, on: readonly string[] | undefined) =>
  on ? on.includes(code) : notTheCallers.has(category) && code !== 'Cancelled'

const refusesStream = ({ output }: CommandFacts) =>
  isStream(output) ? 'what was streamed already cannot be answered again' : undefined

function misfit({ output }: CommandFacts, value: unknown): string | undefined {
  if (isStream(output)) return undefined
  const check = new Check(output)
  if (check.asynchronous) return undefined
  const checked = check.run(value)
  return checked instanceof Issues ? `its value does not fit the output: ${checked.message(0)}` : undefined
}
