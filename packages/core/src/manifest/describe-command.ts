import type { Part } from '../app/part.ts'
import type { Access } from '../command/access.ts'
import { isStream } from '../command/stream-output.ts'
import type { Begins, CommandFacts, OutputType } from '../command/types.ts'
import { declaredFacts } from '../error/declared.ts'
import { Defect } from '../error/defect.ts'
import { mask } from '../schema/annotate/mask.ts'
import { jsonSchemaOf, type JsonSchema, type SchemaSide } from '../schema/json-schema.ts'
import type { Schema } from '../schema/schema.ts'
import { toJson } from '../schema/to-json.ts'
import type { Json } from './json.ts'
import { possibleErrors } from './possible-errors.ts'
import { withHash } from './section.ts'

/** A declared error in a manifest. */
export type ErrorSection = {
  readonly data: JsonSchema
  readonly category: string
  readonly severity: string
  readonly retry: Json
  readonly message: string
  readonly help?: string
}

/** The names of the commands that tell of what another one begins; `calls` is what it calls later, where it does. */
export type BeginsSection = {
  readonly awaits: string
  readonly status: string
  readonly watch: string
  readonly calls?: string
}

/** A command in a manifest. A type and no interface, because only a type is JSON to the compiler. */
export type CommandSection = {
  readonly name: string
  readonly domain: string
  readonly kind: CommandFacts['kind']
  readonly summary?: string
  readonly description?: string
  readonly idempotent: boolean
  readonly destructive: boolean
  /** `public`, a permission, `rule` (code decides) or `closed`. */
  readonly access: string
  readonly input: JsonSchema
  readonly output: JsonSchema | { readonly stream: { readonly item: JsonSchema; readonly final: JsonSchema } }
  readonly errors: Readonly<Record<string, ErrorSection>>
  readonly calls: readonly string[]
  readonly uses: readonly string[]
  /** Missing where there are none. */
  readonly emits?: readonly string[]
  readonly policies: readonly { readonly name: string; readonly config: Json }[]
  /** The template that it was built by, and the config. */
  readonly madeFrom?: { readonly template: string; readonly config: Json }
  /** Set where it maps a type of one domain to a type of another. */
  readonly isMapper?: true
  /** Which version of its address it is; missing where it states none. */
  readonly version?: number
  /** Set where callers should leave it: days in UTC, and the name of the command to call in its place. */
  readonly deprecated?: { readonly since: string; readonly sunset?: string; readonly use?: string }
  /** The name of the command that it makes ready for callers. */
  readonly exposes?: string
  /** The names of the commands that tell of what it begins, where that goes on after it has answered. */
  readonly begins?: BeginsSection
  readonly examples: readonly Json[]
  /** By declared code, an input that fails with it; missing where there are none. */
  readonly errorExamples?: Readonly<Record<string, Json>>
  /** The ids of the requirements that it meets; missing where it names none. */
  readonly requirements?: readonly string[]
  readonly possibleErrors: readonly string[]
  /** Set where `possibleErrors` lists only the nearest ones. */
  readonly morePossibleErrors?: true
  readonly hash: string
}

/**
 * Everything about a command that a surface, a client or a document needs, as JSON.
 *
 * @param parts those of its app, which add to what can go wrong
 * @throws {Defect} InvalidDefinition, for a type that cannot be described
 */
export function describeCommand(command: CommandFacts, parts?: readonly Part[]): CommandSection {
  const { name, domain, kind, summary, description, idempotent, destructive } = command
  const { keys, complete } = possibleErrors(command, parts)
  const shown = (example: unknown) => toJson(mask(command.input, example, 'input'))
  const failing = Object.entries(command.errorExamples)
  return withHash({
    name,
    domain,
    kind,
    ...(summary !== undefined && { summary }),
    ...(description !== undefined && { description }),
    idempotent,
    destructive,
    access: describeAccess(command.access),
    input: describeType(command, 'input', command.input, 'input'),
    output: describeOutput(command, command.output),
    errors: describeErrors(command),
    calls: command.calls.map((callee) => callee.name).sort(),
    uses: command.uses.map((port) => port.name).sort(),
    ...(command.emits.length > 0 && { emits: command.emits.map((event) => event.name).sort() }),
    policies: command.policies.map((policy) => ({ name: policy.name, config: policy.config })),
    ...(command.madeFrom && { madeFrom: command.madeFrom }),
    ...(command.isMapper && { isMapper: true as const }),
    ...(command.version !== undefined && { version: command.version }),
    ...(command.deprecated && { deprecated: { ...command.deprecated } }),
    ...(command.exposes && { exposes: command.exposes.command.name }),
    ...(command.begins && { begins: describeBegins(command.begins) }),
    examples: command.examples.map(shown),
    ...(failing.length > 0 && {
      errorExamples: Object.fromEntries(failing.map(([code, example]) => [code, shown(example)])),
    }),
    ...(command.requirements.length > 0 && { requirements: [...command.requirements] }),
    possibleErrors: keys,
    ...(!complete && { morePossibleErrors: true as const }),
  })
}

const describeBegins = ({ awaits, status, watch, calls }: Begins): BeginsSection => ({
  awaits: awaits.name,
  status: status.name,
  watch: watch.name,
  ...(calls && { calls: calls.name }),
})

function describeAccess(access: Access | undefined): string {
  return typeof access === 'function' ? 'rule' : (access ?? 'closed')
}

function describeOutput(command: CommandFacts, output: OutputType) {
  if (!isStream(output)) return describeType(command, 'output', output, 'answer')
  const item = describeType(command, 'streamed items', output.item, 'answer')
  return { stream: { item, final: describeType(command, 'output', output.final, 'answer') } }
}

function describeErrors(command: CommandFacts): Record<string, ErrorSection> {
  const sections: Record<string, ErrorSection> = {}
  for (const [code, type] of Object.entries(command.errors)) {
    const { category, severity, retry, message, help } = declaredFacts(code, type)
    const data = describeType(command, `data of ${code}`, type, 'answer')
    sections[code] = { data, category, severity, retry, message, ...(help !== undefined && { help }) }
  }
  return sections
}

function describeType({ name }: CommandFacts, what: string, type: Schema, side: SchemaSide | 'answer'): JsonSchema {
  try {
    return jsonSchemaOf(type, side)
  } catch (cause) {
    const reason = `the type of its ${what} cannot be described: ${cause instanceof Error ? cause.message : cause}`
    throw new Defect('InvalidDefinition', { name, reason }, { cause })
  }
}
