import type { Implementation } from '@modelcontextprotocol/server'
import type { AnyCommand, CommandFacts, CommandSection, OpenApp, Principal } from '@heddle/core'
import { isOpenTo } from './is-open-to.ts'
import { mcpDefaults, type McpServing } from './options.ts'
import { type ToolEntry, toolOf } from './tool.ts'

/** What an app offers to agents, laid out once: each client sees of it what its caller may call. */
export class Catalog {
  readonly app: OpenApp
  readonly options: McpServing & Required<Pick<McpServing, 'pageSize' | 'maxItems' | 'maxFileBytes'>>
  readonly info: Implementation
  /** In the order of their names. */
  readonly tools: readonly ToolEntry[]
  readonly #byTool: ReadonlyMap<string, ToolEntry>

  constructor(app: OpenApp, options: McpServing = {}) {
    const { pageSize, maxItems, maxFileBytes } = { ...mcpDefaults, ...options }
    this.app = app
    this.options = { ...options, pageSize, maxItems, maxFileBytes }
    const { name, manifest } = app
    this.info = { name, title: options.title ?? name, version: manifest.hash.slice(0, 12) }
    const sections = (manifest.parts.command ?? {}) as Readonly<Record<string, unknown>> as Readonly<
      Record<string, CommandSection>
    >
    const served = Object.values(sections).filter((section) => options.commands?.(section) ?? true)
    const entries = served.flatMap((section) => {
      const command = app.commands.get(section.name) as (AnyCommand & CommandFacts) | undefined
      return command ? [toolOf(command, section)] : []
    })
    this.tools = entries.sort((left, right) => (left.tool.name < right.tool.name ? -1 : 1))
    this.#byTool = new Map(this.tools.map((entry) => [entry.tool.name, entry]))
  }

  /** A tool by its name, whoever asks: the call itself says who may call it. */
  tool(name: string): ToolEntry | undefined {
    return this.#byTool.get(name)
  }

  /** The tools that are shown to somebody. */
  toolsFor(caller: Principal | null): ToolEntry[] {
    return this.tools.filter(({ command }) => isOpenTo(command.access, caller))
  }
}
