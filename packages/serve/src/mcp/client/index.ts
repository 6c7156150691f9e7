export { mcpTools } from './mcp-tools.ts'
export type { HttpServer, McpAnswer, McpQuestion, McpServer, McpToolsOptions, StdioServer } from './options.ts'
export { toolErrors } from './tool-failed.ts'
