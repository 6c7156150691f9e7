import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, type OpenApp } from '@heddle/core'
import { mcpTools } from '@heddle/serve/mcp'
import { signInFor } from './mcp-sign-in.ts'

/** What the public suite of the Model Context Protocol starts as the client under test, with the URL of its server. */
const url = process.argv.at(-1)!
const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? ''

const inputs: Readonly<Record<string, object>> = { 'test.AddNumbers': { a: 5, b: 3 } }

const folder = await mkdtemp(join(tmpdir(), 'heddle-conformance-'))
try {
  const auth = signInFor(scenario, JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] || '{}') as object)
  const tools = mcpTools(
    'test',
    { url, allowPrivate: true, ...(auth && { auth }) },
    { timeout: '20s', answer: () => ({}) },
  )
  const open: OpenApp = await app('conformance', { parts: [tools] }).open({ folder })
  for (const name of open.commands.keys()) {
    if (!name.startsWith('test.')) continue
    const outcome = await open.callByName(name, inputs[name] ?? {})
    console.log(scenario, name, JSON.stringify(outcome).slice(0, 500))
  }
  await open.close()
} finally {
  await rm(folder, { recursive: true })
}
