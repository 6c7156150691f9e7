export { mcpTools } from './mcp-tools.ts'
export type { HttpServer, McpServer, McpToolsOptions, StdioServer } from './options.ts'
export { toolErrors } from './tool-failed.ts'
