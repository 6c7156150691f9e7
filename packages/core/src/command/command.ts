import { Defect } from '../error/defect.ts'
import { systemErrors } from '../error/codes.ts'
import type { AnyEvent } from '../event/event.ts'
import type { Port } from '../ports/port.ts'
import type { InputOf, Schema } from '../schema/schema.ts'
import { deprecationOf } from './deprecated.ts'
import { domainOf } from './name.ts'
import { requirementsOf } from './requirements.ts'
import type {
  AnyCommand,
  Body,
  CalledErrors,
  Command,
  CommandFacts,
  Definition,
  Described,
  ErrorTypes,
  FailureOf,
  ItemFrom,
  OutputType,
  ValueFrom,
} from './types.ts'
import { versionOf } from './version.ts'

/**
 * Defines a typed unit of work. Everything that a surface, a client or a document needs derives from this one place.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const greet = command('hello.Greet', {
 *   input: z.object({ name: z.string().min(1) }),
 *   output: z.object({ greeting: z.string() }),
 *   access: 'public',
 *   run: ({ input }) => ({ greeting: `Hello ${input.name}` }),
 * })
 */
export function command<
  const Name extends string,
  Input extends Schema,
  Output extends OutputType,
  Errors extends ErrorTypes = {},
  const Calls extends readonly AnyCommand[] = readonly [],
  const Uses extends readonly Port[] = readonly [],
  const Emits extends readonly AnyEvent[] = readonly [],
>(
  name: Name,
  definition: Definition<Input, Output, Errors, Calls, Uses, Emits>,
): Command<Name, InputOf<Input>, ValueFrom<Output>, FailureOf<Errors>, CalledErrors<Calls>, ItemFrom<Output>> {
  const { run, validate } = definition
  return { ...factsOf(name, definition), name, types: typesOnly, body: { run, validate } as Body }
}

/** The types that a command carries exist for the type checker alone. */
export const typesOnly = undefined as never

/** What `command` and `contract` have in common. */
interface Declared extends Described {
  readonly input: Schema
  readonly output: OutputType
  readonly errors?: ErrorTypes
  readonly errorExamples?: CommandFacts['errorExamples']
  readonly calls?: CommandFacts['calls']
  readonly uses?: CommandFacts['uses']
  readonly emits?: CommandFacts['emits']
  readonly hooks?: CommandFacts['hooks']
  readonly policies?: CommandFacts['policies']
}

/** Fills in the defaults of a definition, and refuses what can be seen to be wrong. */
export function factsOf(name: string, declared: Declared): CommandFacts {
  const { kind = 'command', errors = {}, errorExamples = {}, idempotent = kind === 'query' } = declared
  for (const code of Object.keys(errors)) {
    const reason = refusal(code)
    if (reason) throw new Defect('InvalidDefinition', { name, reason })
  }
  for (const code of Object.keys(errorExamples)) {
    if (Object.hasOwn(errors, code)) continue
    throw new Defect('InvalidDefinition', {
      name,
      reason: `errorExamples names ${code}, which errors does not declare`,
    })
  }
  const facts: CommandFacts = {
    kind,
    name,
    domain: domainOf(name),
    summary: declared.summary,
    description: declared.description,
    idempotent,
    destructive: declared.destructive ?? false,
    access: declared.access,
    input: declared.input,
    output: declared.output,
    errors,
    uses: declared.uses ?? [],
    emits: declared.emits ?? [],
    calls: withFallbacks(declared),
    hooks: declared.hooks ?? [],
    policies: declared.policies ?? [],
    examples: declared.examples ?? [],
    errorExamples,
    requirements: requirementsOf(name, declared.requirements),
    ...(declared.version !== undefined && { version: versionOf(name, declared.version) }),
    ...(declared.deprecated && { deprecated: deprecationOf(name, declared.deprecated) }),
    contract: undefined,
    body: undefined,
  }
  for (const policy of facts.policies) {
    const reason = policy.refuses?.(facts)
    if (reason) throw new Defect('InvalidDefinition', { name: `${name}, policy ${policy.name}`, reason })
  }
  return facts
}

/** A policy may call other commands in place of its own: they are called like those that the body calls. */
function withFallbacks({ calls = [], policies = [] }: Declared): CommandFacts['calls'] {
  const more = policies.flatMap((policy) => policy.calls ?? [])
  return more.length === 0 ? calls : [...new Set([...calls, ...more])]
}

function refusal(code: string): string | undefined {
  if (!/^[A-Z][A-Za-z0-9]*$/.test(code)) return `the error code ${code} is not written in PascalCase`
  if (code in systemErrors) return `the error code ${code} is one of Heddle's own`
  return undefined
}

/** Whether a value is a command or a contract. */
export function isCommand(value: unknown): value is AnyCommand {
  return typeof value === 'object' && value !== null && 'kind' in value && commandKinds.has(value.kind)
}

const commandKinds = new Set<unknown>(['command', 'query', 'contract'])
