import type { Implementation } from '@modelcontextprotocol/server'
import type { AnyCommand, CommandFacts, CommandSection, Manifest, Principal } from '@heddle/core'
import { publicManifest } from '../manifest/public-manifest.ts'
import { isOpenTo } from './is-open-to.ts'
import type { McpApp } from './mcp-app.ts'
import { mcpDefaults, type McpServing } from './options.ts'
import { promptOutput } from './prompts/prompt.ts'
import { planResources, type ResourcePlan } from './resources/resource-plan.ts'
import { type ToolEntry, toolOf } from './tool.ts'

/** What an app offers to agents, laid out once: each client sees of it what its caller may call. */
export class Catalog {
  readonly app: McpApp
  readonly options: McpServing & Required<Pick<McpServing, 'pageSize' | 'maxItems' | 'maxFileBytes'>>
  readonly info: Implementation
  /** All that is served, in the order of their names. */
  readonly served: readonly ToolEntry[]
  readonly tools: readonly ToolEntry[]
  readonly prompts: readonly ToolEntry[]
  readonly resources: ResourcePlan
  readonly #byTool: ReadonlyMap<string, ToolEntry>
  /** By the command that waits for a run, the one that streams where it stands. */
  readonly #watches: ReadonlyMap<string, string>
  #manifest: Manifest | undefined

  constructor(app: McpApp, options: McpServing = {}) {
    const { pageSize, maxItems, maxFileBytes } = { ...mcpDefaults, ...options }
    this.app = app
    this.options = { ...options, pageSize, maxItems, maxFileBytes }
    const { name, manifest } = app
    this.info = { name, title: options.title ?? name, version: manifest.hash.slice(0, 12) }
    const sections = (manifest.parts.command ?? {}) as Readonly<Record<string, unknown>> as Readonly<
      Record<string, CommandSection>
    >
    const entries = Object.values(sections).flatMap((section) => {
      if (options.commands?.(section) === false) return []
      const command = app.commands.get(section.name) as (AnyCommand & CommandFacts) | undefined
      return command ? [toolOf(command, section)] : []
    })
    this.served = entries.sort((left, right) => (left.tool.name < right.tool.name ? -1 : 1))
    this.tools = this.served.filter((entry) => !isPrompt(entry))
    this.prompts = this.served.filter(isPrompt)
    this.resources = planResources(this.tools)
    this.#watches = new Map(
      app.commands.has('heddle.ListApprovals')
        ? this.served.flatMap(({ section: { begins } }) => (begins ? [[begins.awaits, begins.watch] as const] : []))
        : [],
    )
    this.#byTool = new Map(this.served.map((entry) => [entry.tool.name, entry]))
  }

  /** A tool by its name, whoever asks: the call itself says who may call it. */
  tool(name: string): ToolEntry | undefined {
    return this.#byTool.get(name)
  }

  /** Where a command waits for a run that may wait for approvals: the one that streams where it stands. */
  watchOf(awaits: string): string | undefined {
    return this.#watches.get(awaits)
  }

  /** The tools that are shown to somebody. */
  toolsFor(caller: Principal | null): ToolEntry[] {
    return this.tools.filter(({ command }) => isOpenTo(command.access, caller))
  }

  /** What everybody may know of the app. */
  manifest(): Manifest {
    return (this.#manifest ??= publicManifest(this.app.manifest, 'mcp', undefined))
  }
}

const isPrompt = ({ command }: ToolEntry) => command.output === promptOutput
