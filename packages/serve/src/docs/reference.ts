import type { CommandSection, EventSection, JsonSchema, Json, Manifest } from '@heddle/core'
import type { SurfaceSection } from '../http/surface-kind.ts'
import { addressesIn, type Links } from './links.ts'

/** What a site tells of an entity, as the manifest holds it. */
export interface EntityFacts {
  readonly summary?: string
  readonly key: string
  readonly fields: Readonly<
    Record<string, { readonly kind: string; readonly optional: boolean; readonly schema: JsonSchema }>
  >
  readonly indexes: readonly { readonly fields: readonly string[]; readonly unique: boolean }[]
  readonly references?: Readonly<Record<string, { readonly entity: string; readonly onDelete: string }>>
  readonly checks?: readonly string[]
}

/** What a site tells of a workflow, as the manifest holds it. */
export interface WorkflowFacts {
  readonly name: string
  readonly version: string
  readonly queue: string
  readonly input: JsonSchema
  readonly output: JsonSchema
  readonly steps: readonly string[]
  readonly children: readonly string[]
  readonly signals: Readonly<Record<string, JsonSchema>>
  readonly versions: readonly string[]
  readonly machine?: { readonly states: Readonly<Record<string, Json>> }
}

/** Everything that a site of documents tells of an app, in the order in which it is shown. */
export interface Reference {
  readonly app: string
  readonly commands: readonly CommandSection[]
  readonly commandsByName: ReadonlyMap<string, CommandSection>
  readonly events: readonly EventSection[]
  readonly entities: readonly (readonly [name: string, facts: EntityFacts])[]
  readonly workflows: readonly WorkflowFacts[]
  readonly surfaces: Readonly<Record<string, SurfaceSection>>
  /** What else the app consists of: a kind of part, and the names. */
  readonly others: readonly (readonly [kind: string, names: readonly string[]])[]
  /** Whether it is for those outside, who reach the app by its surfaces alone. */
  readonly isPublic: boolean
  readonly links: Links
}

/** Kinds of parts that have pages of their own. */
const shown = new Set(['command', 'event', 'entity', 'workflow', 'surface'])

/**
 * Reads what a site tells out of a manifest.
 *
 * @param internal whether Heddle's own commands and what they bring are told, too
 */
export function referenceOf({ app, parts, surface }: Manifest, internal: boolean): Reference {
  const told = (kind: string) =>
    Object.entries(parts[kind] ?? {})
      .filter(([name]) => internal || !name.startsWith('heddle.'))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
  const sections = <Section>(kind: string) => told(kind).map(([, section]) => section as unknown as Section)
  const commands = sections<CommandSection>('command')
  const events = sections<EventSection>('event')
  const entities = told('entity') as unknown as [string, EntityFacts][]
  const workflows = sections<WorkflowFacts>('workflow')
  const others = Object.keys(parts)
    .toSorted()
    .filter((kind) => !shown.has(kind))
    .map((kind) => [kind, told(kind).map(([name]) => name)] as const)
  return {
    app,
    commands,
    commandsByName: new Map(commands.map((command) => [command.name, command])),
    events,
    entities,
    workflows,
    surfaces: (parts['surface'] ?? {}) as unknown as Readonly<Record<string, SurfaceSection>>,
    others: others.filter(([, names]) => names.length > 0),
    isPublic: surface !== undefined,
    links: addressesIn({
      commands: commands.map(({ name }) => name),
      events: events.map(({ name }) => name),
      entities: entities.map(([name]) => name),
      workflows: workflows.map(({ name }) => name),
    }),
  }
}
