import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, checkManifests, command, commandKind, contract, type OpenApp, type Principal } from '@heddle/core'
import { createMcpHandler } from '@modelcontextprotocol/server'
import { expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { createToolServer, type ToolServerState } from '../../../test/tool-server.ts'
import { webRequest } from '../../../test/web-request.ts'
import { type McpQuestion, type McpServer, mcpTools, type McpToolsOptions, toolErrors } from './index.ts'

const aProcess = {
  command: process.execPath,
  args: [join(import.meta.dirname, '../../../test/tool-server-stdio.ts')],
}
const ann: Principal = { id: 'ann', permissions: ['files:read'] }
const allow = { read_file: 'files:read' }

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-tools-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return folder
}

async function opened(
  server: McpServer,
  options: McpToolsOptions = { allow },
  folder = dataFolder(),
  more: Parameters<typeof app>[1]['parts'] = [],
): Promise<OpenApp> {
  const open = await app('desk', { parts: [mcpTools('files', server, options), ...more] }).open({ folder })
  onTestFinished(() => open.close())
  return open
}

/** The same server at a URL. */
async function served(state: ToolServerState, port = 0): Promise<{ readonly server: Server; readonly url: string }> {
  const handler = createMcpHandler(() => createToolServer(state))
  const server = createServer(
    (incoming, outgoing) => void webRequest(incoming, outgoing, (request) => handler.fetch(request)),
  )
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  onTestFinished(() => void server.closeAllConnections())
  onTestFinished(() => void server.close())
  return { server, url: `http://127.0.0.1:${(server.address() as { port: number }).port}/mcp` }
}

const fresh = (): ToolServerState => ({ cancelled: [], extra: [] })

/** The same tools without a process for each test. */
async function openedHere(more: Parameters<typeof app>[1]['parts'] = []): Promise<OpenApp> {
  const { url } = await served(fresh())
  return opened({ url, allowPrivate: true }, { allow }, undefined, more)
}

test('the tools of a process are commands with the schemas, facts and words of the tools', async () => {
  const open = await opened(aProcess)
  const { parts } = open.manifest
  expect(parts['mcpTools']!['files']).toMatchObject({
    tools: { 'files.ReadFile': 'read_file', 'files.TellMeta': 'tell-meta' },
  })
  expect(parts['command']!['files.ReadFile']).toMatchObject({
    kind: 'query',
    summary: 'Read a file',
    description: 'Gives the text of a file',
    access: 'files:read',
    input: { type: 'object', properties: { path: { type: 'string', minLength: 1 } }, required: ['path'] },
    output: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] },
    errors: { ToolFailed: { category: 'external' } },
    uses: ['files.McpServer'],
  })
  expect(parts['command']!['files.DeleteFile']).toMatchObject({ kind: 'command', destructive: true, access: 'closed' })
  expect(parts['command']!['files.Break']).toMatchObject({ destructive: false })
})

test('a call gives the structured answer, or the blocks of one that has no structure', async () => {
  const open = await opened(aProcess)
  expect(await open.callByName('files.ReadFile', { path: 'a.txt' })).toEqual({
    ok: true,
    value: { text: 'text of a.txt' },
  })
  expect(await open.callByName('files.DeleteFile', { path: 'a.txt' })).toEqual({
    ok: true,
    value: { content: [{ type: 'text', text: 'deleted a.txt' }] },
  })
})

test('input is checked by the tool’s schema before anything is sent', async () => {
  const open = await openedHere()
  expect(await open.callByName('files.ReadFile', { path: '' })).toMatchObject({
    errors: [{ code: 'TooSmall', path: ['path'] }],
  })
  expect(await open.callByName('files.Either', { by: 'id', name: 'x' })).toMatchObject({
    ok: false,
    errors: [{ category: 'data' }],
  })
  expect(await open.callByName('files.Either', { by: 'id', id: 1 })).toMatchObject({ ok: true })
})

test('from outside only who is allowed may call, and nobody where nothing is said', async () => {
  const open = await openedHere()
  const input = { path: 'a.txt' }
  expect(await open.callByName('files.ReadFile', input, { as: ann })).toMatchObject({ ok: true })
  expect(await open.callByName('files.ReadFile', input, { as: { id: 'bob', permissions: [] } })).toMatchObject({
    errors: [{ code: 'Denied' }],
  })
  expect(await open.callByName('files.DeleteFile', input, { as: { id: 'root', permissions: ['*'] } })).toMatchObject({
    errors: [{ code: 'Denied' }],
  })
})

test('what a tool says of its failure is a declared error, and so is an answer that does not fit its schema', async () => {
  const open = await openedHere()
  expect(await open.callByName('files.Break', {})).toMatchObject({
    errors: [{ code: 'ToolFailed', category: 'external', data: { tool: 'break', message: 'the disk is gone' } }],
  })
  expect(await open.callByName('files.Lie', {})).toMatchObject({
    errors: [{ code: 'ToolFailed', data: { message: expect.stringContaining('does not fit') } }],
  })
})

test('what a server asks in the middle of a call is answered by the app, with the defaults of what is left out', async () => {
  const { url } = await served(fresh())
  const asked: unknown[] = []
  const answer = (question: McpQuestion) => {
    asked.push(question.message)
    return { why: 'a test' }
  }
  const open = await opened({ url, allowPrivate: true }, { answer })
  const outcome = await open.callByName('files.Ask', {})
  expect(outcome).toMatchObject({ value: { content: [{ text: expect.stringContaining('"times":3') }] } })
  expect(asked).toEqual(['Why, and how often?'])
})

test('key and trace of a call go along', async () => {
  const open = await openedHere()
  const parent = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), sampled: true }
  const outcome = await open.callByName('files.TellMeta', {}, { idempotencyKey: 'k1', parent })
  const { content } = (outcome as unknown as { value: { content: { text: string }[] } }).value
  expect(JSON.parse(content[0]!.text)).toMatchObject({
    'heddle/idempotencyKey': expect.stringContaining('k1'),
    traceparent: expect.stringContaining('a'.repeat(32)),
  })
})

test('progress comes through, and who cancels cancels the tool', async () => {
  const state = fresh()
  const { url } = await served(state)
  const open = await opened({ url, allowPrivate: true })
  const abort = new AbortController()
  const progress: unknown[] = []
  const outcome = await open.callByName(
    'files.Slow',
    {},
    {
      signal: abort.signal,
      onProgress: (told) => {
        progress.push(told)
        abort.abort()
      },
    },
  )
  expect(outcome).toMatchObject({ errors: [{ code: 'Cancelled' }] })
  expect(progress).toEqual([{ done: 1, total: 3, message: 'begun' }])
  await expect.poll(() => state.cancelled).toEqual(['slow'])
})

test('a call has the time that the options give, and no more', async () => {
  const { url } = await served(fresh())
  const open = await opened({ url, allowPrivate: true }, { timeout: '50ms' })
  expect(await open.callByName('files.Slow', {})).toMatchObject({ errors: [{ code: 'DeadlineExceeded' }] })
})

test('a process that dies in a call is started anew for the next one, and the call is not tried again', async () => {
  const open = await opened(aProcess)
  expect(await open.callByName('files.Exit', {})).toMatchObject({
    errors: [{ code: 'ToolFailed', retry: 'never', data: { message: expect.stringContaining('may have run or not') } }],
  })
  expect(await open.callByName('files.ReadFile', { path: 'b' })).toMatchObject({ ok: true })
})

test('the app starts with the tools of the last time while the server is away, and calls it when it is back', async () => {
  const folder = dataFolder()
  const state = fresh()
  const first = await served(state)
  await (await opened({ url: first.url, allowPrivate: true }, { allow }, folder)).close()
  first.server.closeAllConnections()
  await new Promise((resolve) => first.server.close(resolve))
  const open = await opened({ url: first.url, allowPrivate: true }, { allow }, folder)
  expect(await open.callByName('files.ReadFile', { path: 'c' })).toMatchObject({ errors: [{ code: 'Unavailable' }] })
  await served(state, Number(new URL(first.url).port))
  // The next connection waits a little, and calls until then fail at once.
  await expect
    .poll(async () => (await open.callByName('files.ReadFile', { path: 'c' })).ok, { timeout: 5000 })
    .toBe(true)
})

test('without a server and without what it had the last time the app does not open', async () => {
  const nobody = { url: 'http://127.0.0.1:9/mcp', allowPrivate: true }
  const opening = app('desk', { parts: [mcpTools('files', nobody)] }).open({ folder: dataFolder() })
  await expect(opening).rejects.toMatchObject({ code: 'Unavailable' })
})

test.each(['127.0.0.1', 'localhost'])('a private address is refused unless it is allowed: %s', async (host) => {
  const { url } = await served(fresh())
  const server = { url: url.replace('127.0.0.1', host) }
  const opening = app('desk', { parts: [mcpTools('files', server)] }).open({ folder: dataFolder() })
  await expect(opening).rejects.toMatchObject({ code: 'ForbiddenAddress' })
})

test('a tool that changed is a changed command to the check', async () => {
  const state = fresh()
  const { url } = await served(state)
  const server = { url, allowPrivate: true }
  const options = { allow: { '*': 'public' } }
  state.extra.push({ name: 'find', inputSchema: { type: 'object' } })
  const before = (await opened(server, options)).manifest
  state.extra[0] = { name: 'find', inputSchema: { type: 'object', required: ['text'] } as never }
  const after = (await opened(server, options)).manifest
  const verdicts = await checkManifests(before, after, [commandKind, mcpTools('files', server).kind])
  expect(verdicts.filter(({ level }) => level === 'breaking')).toMatchObject([{ item: 'command files.Find' }])
})

test('a tool that comes while the app runs is told, kept for the next start, and there then', async () => {
  const folder = dataFolder()
  const state = fresh()
  const { url } = await served(state)
  const open = await opened({ url, allowPrivate: true }, { allow }, folder)
  await open.start()
  state.extra.push({ name: 'new_tool', inputSchema: { type: 'object' } })
  await open.close()
  const next = await opened({ url, allowPrivate: true }, { allow }, folder)
  expect(next.commands.has('files.NewTool')).toBe(true)
})

test('while the app runs it hears that tools changed, and says so in its health', async () => {
  const open = await opened(aProcess)
  await open.start()
  await open.callByName('files.Grow', {})
  const changed = async () =>
    Object.entries((await open.health()).parts).find(([name]) => name.includes('files'))?.[1].detail
  await expect.poll(changed).toMatchObject({ connected: true, changedTools: ['new_tool'] })
})

test('a command of the app calls a tool by a contract of its name', async () => {
  const readFile = contract('files.ReadFile', {
    kind: 'query',
    input: z.object({ path: z.string() }),
    output: z.object({ text: z.string() }),
    errors: toolErrors,
  })
  const shout = command('desk.Shout', {
    input: z.object({ path: z.string() }),
    output: z.string(),
    calls: [readFile],
    run: async ({ input, call }) => (await call(readFile, input)).text.toUpperCase(),
  })
  const open = await openedHere([shout])
  expect(await open.call(shout, { path: 'd' })).toEqual({ ok: true, value: 'TEXT OF D' })
})

test('in tests nothing outside is called, and what is given stands in for the tools', async () => {
  const readFile = contract('files.ReadFile', { input: z.object({}), output: z.string(), errors: toolErrors })
  const standIn = readFile.implement({ run: () => 'made up' })
  const nobody = { url: 'http://127.0.0.1:9/mcp' }
  const open = await app('desk', { parts: [mcpTools('files', nobody, { simulated: [standIn] }).simulated!()] }).open()
  onTestFinished(() => open.close())
  expect(await open.call(readFile, {})).toEqual({ ok: true, value: 'made up' })
})

test('names can be given, and two tools never share one', async () => {
  const state = fresh()
  state.extra.push({ name: 'read-file', inputSchema: { type: 'object' } })
  const { url } = await served(state)
  const server = { url, allowPrivate: true }
  const open = await opened(server, { names: { delete_file: 'RemoveFile' } })
  const names = [...open.commands.keys()].filter((name) => /File/.test(name))
  expect(names).toEqual([
    expect.stringMatching(/^files\.ReadFileX\w{6}$/),
    expect.stringMatching(/^files\.ReadFileX/),
    'files.RemoveFile',
  ])
})

test('a pattern of a tool that JavaScript would try for ever keeps nobody waiting, in input and answer', async () => {
  const open = await opened(
    { url: (await served(fresh())).url, allowPrivate: true },
    { allow, names: { match: 'Match' } },
  )
  const bad = `${'a'.repeat(40)}!`
  expect(await open.callByName('files.Match', { text: bad })).toMatchObject({ errors: [{ category: 'data' }] })
  expect(await open.callByName('files.Match', { text: 'aaa' })).toMatchObject({
    errors: [{ code: 'ToolFailed', data: { message: expect.stringContaining('does not match pattern') } }],
  })
})

/** A process that greets, and does with the question for its tools what is said. */
const greets = (onTools: string) => `
  const said = (id, more) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, ...more }) + '\\n')
  require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line)
    const result = { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'x', version: '1' } }
    if (method === 'initialize') said(id, { result })
    else if (method === 'tools/list') { ${onTools} }
    else if (id !== undefined) said(id, { error: { code: -32601, message: 'unknown' } })
  })`

test.each([
  ['that ends at once', ''],
  ['that never ends a line', `process.stdout.write('x'.repeat(2 ** 25)); process.stdin.resume()`],
  ['that never ends the line with its tools', greets(`process.stdout.write('x'.repeat(2 ** 25))`)],
  ['that ends instead of telling its tools', greets('process.exit()')],
  ['that refuses to tell its tools', greets(`said(id, { error: { code: -32603, message: 'no' } })`)],
  ['whose tools nobody understands', greets(`said(id, { result: { tools: 'none' } })`)],
])('a process %s is unavailable by its name when the app opens', async (_, code) => {
  const server = { command: process.execPath, args: ['-e', code] }
  const parts = [mcpTools('files', server, { connectTimeout: '1s' })]
  await expect(app('desk', { parts }).open({ folder: dataFolder() })).rejects.toMatchObject({
    code: 'Unavailable',
    message: 'The MCP server files cannot be reached.',
  })
})

test('a server that breaks off in a call that may be made again is unavailable by its name', async () => {
  const open = await opened(aProcess)
  for (const name of ['files.ExitAgain', 'files.Endless']) {
    expect(await open.callByName(name, {})).toMatchObject({
      errors: [{ code: 'Unavailable', message: 'The MCP server files cannot be reached.' }],
    })
  }
  expect(await open.callByName('files.ReadFile', { path: 'b' })).toMatchObject({ ok: true })
})
