export * from './client/index.ts'
export { mcp } from './http/mcp.ts'
export type { McpDocument, McpOptions, McpServing } from './options.ts'
export {
  prompt,
  type PromptDefinition,
  type PromptMessage,
  type PromptMessages,
  type PromptRole,
} from './prompts/prompt.ts'
export type { McpStdio } from './stdio/serve-lines.ts'
export { type McpStdioOptions, serveMcpStdio } from './stdio/serve-mcp-stdio.ts'
export { surface } from './surface.ts'
