export { mcp } from './http/mcp.ts'
export type { McpDocument, McpOptions, McpServing } from './options.ts'
export { type McpStdio, type McpStdioOptions, serveMcpStdio } from './stdio/serve-mcp-stdio.ts'
export { surface } from './surface.ts'
