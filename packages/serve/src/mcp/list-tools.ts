import type { ListToolsResult } from '@modelcontextprotocol/server'
import type { KnownCaller } from '../http/call-endpoint.ts'
import type { Catalog } from './catalog.ts'
import { pageOf } from './page-of.ts'

/** A page of the tools that somebody may call. */
export function listTools(catalog: Catalog, { as }: KnownCaller, cursor: string | undefined): ListToolsResult {
  const shown = catalog.toolsFor(as)
  const { entries, ...page } = pageOf(shown, ({ tool }) => tool.name, cursor, catalog.options.pageSize)
  return { tools: entries.map(({ tool }) => tool), ...page }
}
