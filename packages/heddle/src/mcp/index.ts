export * from '@heddle/serve/mcp'
