import type { Implementation } from '@modelcontextprotocol/server'
import type { AnyCommand, CommandFacts, CommandSection, Manifest, OpenApp, Principal } from '@heddle/core'
import { isClosed } from '../access/closed.ts'
import { publicManifest } from '../manifest/public-manifest.ts'
import { isOpenTo } from './is-open-to.ts'
import { mcpDefaults, type McpServing } from './options.ts'
import { promptOutput } from './prompts/prompt.ts'
import { planResources, type ResourcePlan } from './resources/resource-plan.ts'
import { type ToolEntry, toolOf } from './tool.ts'

/** What is made of an app's manifest. */
interface LaidOut {
  readonly info: Implementation
  readonly served: readonly ToolEntry[]
  readonly tools: readonly ToolEntry[]
  readonly prompts: readonly ToolEntry[]
  readonly resources: ResourcePlan
  readonly byTool: ReadonlyMap<string, ToolEntry>
  readonly watches: ReadonlyMap<string, string>
}

/**
 * What an app offers to agents: each client sees of it what its caller may call. It is laid out when it is first asked for, so
 * that an app with a thousand commands starts without it.
 */
export class Catalog {
  readonly app: OpenApp
  readonly options: McpServing & Required<Pick<McpServing, 'pageSize' | 'maxItems' | 'maxFileBytes'>>
  #laidOut: LaidOut | undefined
  #manifest: Manifest | undefined

  constructor(app: OpenApp, options: McpServing = {}) {
    const { pageSize, maxItems, maxFileBytes } = { ...mcpDefaults, ...options }
    this.app = app
    this.options = { ...options, pageSize, maxItems, maxFileBytes }
  }

  get info(): Implementation {
    return this.#all.info
  }
  /** All that is served, in the order of their names. */
  get served(): readonly ToolEntry[] {
    return this.#all.served
  }
  get prompts(): readonly ToolEntry[] {
    return this.#all.prompts
  }
  get resources(): ResourcePlan {
    return this.#all.resources
  }

  /** A tool by its name, whoever asks: the call itself says who may call it. */
  tool(name: string): ToolEntry | undefined {
    return this.#all.byTool.get(name)
  }

  /** Where a command waits for a run that may wait for approvals: the one that streams where it stands. */
  watchOf(awaits: string): string | undefined {
    return this.#all.watches.get(awaits)
  }

  /** The tools that are shown to somebody. */
  toolsFor(caller: Principal | null): ToolEntry[] {
    return this.#all.tools.filter(({ command }) => isOpenTo(command.access, caller))
  }

  /** What everybody may know of the app. */
  manifest(): Manifest {
    return (this.#manifest ??= publicManifest(this.app.manifest, 'mcp', undefined))
  }

  get #all(): LaidOut {
    return (this.#laidOut ??= layOut(this.app, this.options))
  }
}

function layOut(app: OpenApp, { title, commands, operations = false }: McpServing): LaidOut {
  const { name, manifest } = app
  const sections = (manifest.parts.command ?? {}) as Readonly<Record<string, unknown>> as Readonly<
    Record<string, CommandSection>
  >
  const served = Object.values(sections)
    .flatMap((section) => {
      if (section.domain === 'heddle' && !operations) return []
      if (commands?.(section) === false) return []
      const command = app.commands.get(section.name) as (AnyCommand & CommandFacts) | undefined
      return command && !isClosed(command) ? [toolOf(command, section)] : []
    })
    .sort((left, right) => (left.tool.name < right.tool.name ? -1 : 1))
  const tools = served.filter((entry) => !isPrompt(entry))
  const begun = app.commands.has('heddle.ListApprovals') ? served : []
  return {
    info: { name, title: title ?? name, version: manifest.hash.slice(0, 12) },
    served,
    tools,
    prompts: served.filter(isPrompt),
    resources: planResources(tools),
    byTool: new Map(served.map((entry) => [entry.tool.name, entry])),
    watches: new Map(
      begun.flatMap(({ section: { begins } }) => (begins ? [[begins.awaits, begins.watch] as const] : [])),
    ),
  }
}

const isPrompt = ({ command }: ToolEntry) => command.output === promptOutput
