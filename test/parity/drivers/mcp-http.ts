import { StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import type { Driver } from '../driver.ts'
import { toolDoor } from './call-tool.ts'

/** Tools over Streamable HTTP. */
export const driver: Driver = {
  surface: 'mcp',
  transport: 'http',
  open: async (setting) =>
    toolDoor(
      setting,
      (as) =>
        new StreamableHTTPClientTransport(new URL(`${setting.url}/mcp`), {
          requestInit: { headers: { ...setting.people.headers(as) } },
        }),
      async () => undefined,
    ),
}
