import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { hashOf, type Json } from '@heddle/core'
import type { Tool } from '@modelcontextprotocol/client'
import { z } from 'zod'
import type { McpServer } from './options.ts'

const Kept = z.object({ server: z.string(), tools: z.array(z.looseObject({ name: z.string() })) })

/** The tools that a server had when it was last seen, kept in the data folder: with them the app starts while it is away. */
export interface ToolCache {
  /** Undefined where nothing is kept, or what is kept is of another server. */
  read(): Promise<readonly Tool[] | undefined>
  write(tools: readonly Tool[]): Promise<void>
}

export function toolCache(folder: string, name: string, server: McpServer): ToolCache {
  const path = join(folder, 'mcp', `${name}.json`)
  const key = serverKey(server)
  let writes = 0
  return {
    async read() {
      try {
        const kept = Kept.parse(JSON.parse(await readFile(path, 'utf8')))
        return kept.server === key ? (kept.tools as unknown as Tool[]) : undefined
      } catch {
        // Nothing is kept, or no file that this wrote: the server is asked next time.
        return undefined
      }
    },
    async write(tools) {
      await mkdir(dirname(path), { recursive: true })
      const written = `${path}.${process.pid}.${++writes}`
      await writeFile(written, JSON.stringify({ server: key, tools }))
      await rename(written, path)
    },
  }
}

/** Names a server without telling its secrets: they are among arguments, variables and headers. */
function serverKey(server: McpServer): string {
  return hashOf('url' in server ? server.url : ({ command: server.command, args: server.args ?? [] } as Json))
}
