import {
  type AnyCommand,
  Defect,
  type DiscoveringHost,
  hashOf,
  type Json,
  type Part,
  type PartKind,
  port as declarePort,
} from '@heddle/core'
import type { Tool } from '@modelcontextprotocol/client'
import { Connection } from './connection.ts'
import { type McpServer, mcpToolsDefaults, type McpToolsOptions } from './options.ts'
import { toolCache } from './tool-cache.ts'
import { toolNames } from './tool-names.ts'

/** Its commands are compared as all are: a tool that changed is a command that changed. */
const mcpToolsKind: PartKind = { name: 'mcpTools', compare: () => [] }

/**
 * The tools of another MCP server as commands of this app: `read_file` of the server `files` is `files.ReadFile`, with the
 * tool's own schemas, access and errors like any command. They are asked for when the app is opened; while the server is away, those
 * that it had the last time are taken.
 *
 * @throws {Defect} ForbiddenAddress, where a URL leads into a private network and that is not allowed
 * @throws {Failure} Unavailable, where the server cannot be reached and never was
 * @example
 * app('desk', { parts: [mcpTools('files', { command: 'npx', args: ['-y', 'a-file-server'] }, { allow: { read_file: 'files:read' } })] })
 */
export function mcpTools(domain: string, server: McpServer, options: McpToolsOptions = {}): Part {
  const declared = { kind: mcpToolsKind, name: domain, describe: () => describe(server, {}) }
  return {
    ...declared,
    discover: (host) => discover(domain, server, options, host),
    simulated: () => ({ ...declared, commands: options.simulated ?? [] }),
  }
}

/** Nothing that could be a secret is told: arguments, variables, headers and what follows the path of a URL. */
function describe(server: McpServer, tools: Readonly<Record<string, string>>): Json {
  if (!('url' in server)) return { command: server.command, tools }
  const { origin, pathname } = new URL(server.url)
  return { url: origin + pathname, tools }
}

async function discover(
  domain: string,
  server: McpServer,
  options: McpToolsOptions,
  host: DiscoveringHost,
): Promise<Part> {
  const cache = toolCache(host.folder, domain, server)
  const tools = await currentTools()
  const names = toolNames(
    tools.map(({ name }) => name),
    options.names,
  )
  const port = declarePort<Connection>(`${domain}.McpServer`)
  // What reads schemas is only loaded where there are tools.
  const { toolCommand } = await import('./tool-command.ts')
  const commands: AnyCommand[] = tools.map((tool) =>
    toolCommand(tool, {
      name: `${domain}.${names.get(tool.name)!}`,
      port,
      access: accessOf(options, tool.name),
      timeout: options.timeout ?? mcpToolsDefaults.timeout,
    }),
  )
  const told = Object.fromEntries(commands.map(({ name }, index) => [name, tools[index]!.name]))
  const plain = { kind: mcpToolsKind, name: domain, describe: () => describe(server, told) }
  const declared = { ...plain, commands }
  return { ...instance(), instance, simulated: () => ({ ...plain, commands: options.simulated ?? [] }) }

  async function currentTools(): Promise<readonly Tool[]> {
    const connection = new Connection(domain, server, options, host)
    try {
      const found = await connection.tools()
      await keep(found)
      return found
    } catch (thrown) {
      const kept = thrown instanceof Defect ? undefined : await cache.read()
      if (!kept) throw thrown
      const message = `the MCP server ${domain} cannot be reached; its tools are those that it had the last time`
      host.ports.log.write('warning', message)
      return kept
    } finally {
      await connection.close()
    }
  }

  /** Without what is kept the app runs all the same; only its next start needs the server. */
  async function keep(found: readonly Tool[]): Promise<void> {
    try {
      await cache.write(found)
    } catch (cause) {
      host.ports.log.write('warning', `the tools of the MCP server ${domain} cannot be kept: ${String(cause)}`)
    }
  }

  /** The same part, connected while its app is open. */
  function instance(): Part {
    const around = { ports: host.ports, root: host.root }
    let changed: readonly string[] = []
    const connection = new Connection(domain, server, options, around, note)

    function note(now: readonly Tool[]): void {
      changed = changedTools(tools, now)
      if (changed.length === 0) return
      void keep(now)
      const message = `tools of the MCP server ${domain} have changed (${changed.join(', ')}); the app takes them up when it starts anew`
      around.ports.log.write('warning', message)
    }

    return {
      ...declared,
      provides: { port, service: connection },
      open(opening) {
        around.ports = opening.ports
      },
      start: () => connection.keep(),
      health: () => ({ ok: true, detail: { connected: connection.isOpen, changedTools: [...changed] } }),
      stop: () => connection.close(),
    }
  }
}

function accessOf({ allow = {} }: McpToolsOptions, tool: string) {
  if (Object.hasOwn(allow, tool)) return allow[tool]
  return Object.hasOwn(allow, '*') ? allow['*'] : undefined
}

/** The names of the tools that came, went, or say something else of themselves. */
function changedTools(before: readonly Tool[], after: readonly Tool[]): string[] {
  const hashes = (tools: readonly Tool[]) =>
    new Map(tools.map((tool) => [tool.name, hashOf(JSON.parse(JSON.stringify(tool)) as Json)]))
  const [was, is] = [hashes(before), hashes(after)]
  return [...new Set([...was.keys(), ...is.keys()])].filter((name) => was.get(name) !== is.get(name)).sort()
}
