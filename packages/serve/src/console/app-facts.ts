import { type CommandSection, deprecationText, isEvent, type OpenApp } from '@heddle/core'
import { commandSections } from '../cli/target.ts'

/** What the page lists of an app. */
export interface AppFacts {
  readonly app: string
  readonly mode: string
  /** Hash of the manifest. */
  readonly manifest: string
  /** Whether new answers of queries are pushed: the app keeps its data in a database. */
  readonly pushes: boolean
  readonly commands: readonly CommandFact[]
  /** Full names. */
  readonly events: readonly string[]
  /** Commands whose work goes on after they have answered. */
  readonly workflows: readonly string[]
}

/** What the page lists of a command. */
export interface CommandFact {
  readonly name: string
  readonly kind: 'command' | 'query'
  readonly summary: string
  readonly description?: string
  readonly access: string
  readonly streamed?: true
  readonly file?: true
  readonly destructive?: true
  readonly deprecated?: string
  /** Begins a run, which is looked at by these. */
  readonly begins?: true
}

/** What the page lists of an app, Heddle's own commands too. */
export function appFacts(app: OpenApp): AppFacts {
  const sections = Object.values(commandSections(app.manifest))
  return {
    app: app.name,
    mode: app.mode,
    manifest: app.manifest.hash,
    pushes: app.ports.feed !== undefined,
    // A closed one is not there for callers from outside, whoever they are.
    commands: sections.filter(({ access }) => access !== 'closed').map(commandFact),
    events: app.parts.filter((part) => isEvent(part)).map(({ name }) => name),
    workflows: sections.filter(({ begins }) => begins !== undefined).map(({ name }) => name),
  }
}

function commandFact({
  name,
  kind,
  summary = '',
  description,
  access,
  output,
  destructive,
  deprecated,
  begins,
}: CommandSection): CommandFact {
  return {
    name,
    kind: kind === 'query' ? 'query' : 'command',
    summary,
    ...(description !== undefined && { description }),
    access,
    ...('stream' in output && { streamed: true as const }),
    ...('x-file' in output && { file: true as const }),
    ...(destructive && { destructive: true as const }),
    ...(deprecated && { deprecated: deprecationText(deprecated) }),
    ...(begins && { begins: true as const }),
  }
}
