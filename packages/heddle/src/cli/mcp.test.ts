import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/client'
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio'
import { afterAll, afterEach, expect, test } from 'vitest'
import { plantFolder, runTool, type Tool } from '../../fixtures/run-tool.ts'

const appFile = `import { app, autocrud, command, entity, file, fileFrom, http, sqlite } from 'heddle'
import { z } from 'zod'
console.log('a line that is no message')
const note = command('till.Note', {
  access: 'till:note', input: z.object({ text: z.string() }), output: z.object({ pid: z.int(), by: z.string() }),
  run: ({ input, ctx }) => { console.log(input.text); return { pid: process.pid, by: ctx.principal.id } },
})
const count = command('till.Count', {
  access: 'public', input: z.object({ to: z.int() }), output: z.object({ done: z.boolean() }),
  async run({ input: { to }, ctx }) {
    for (let done = 1; done <= to; done++) ctx.progress({ done, total: to })
    return { done: true }
  },
})
const bill = command('till.Bill', {
  access: 'public', input: z.object({}), output: file(),
  run: () => fileFrom(Buffer.from('5 cents'), { type: 'text/plain' }),
})
const scan = command('till.Scan', {
  access: 'till:note', input: z.object({ mib: z.int() }), output: file(),
  run: ({ input }) => fileFrom(Buffer.alloc(input.mib * 1024 * 1024), { type: 'application/zip' }),
})
const close = command('till.Close', { access: 'till:close', input: z.object({}), output: z.object({}), run: () => ({}) })
const Coin = entity('till.Coin', { key: 'id', fields: { id: z.string(), cents: z.int() } })
export default app('till', {
  parts: [note, count, bill, scan, close, autocrud(Coin, { access: 'till:coins' }), http()],
  database: sqlite(),
})
`

const folder = plantFolder({ 'app.ts': appFile })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const clients: Client[] = []
const tools: Tool[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  for (const { process: child } of tools.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
})

/** The official client, which starts the tool as agents do. */
async function started(mode: 'legacy' | 'auto', ...argv: string[]) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [join(import.meta.dirname, '../bin.js'), 'mcp', 'app.ts', ...argv],
    cwd: folder,
    env: { ...(process.env as Record<string, string>), PORT: '0' },
    stderr: 'pipe',
  })
  let told = ''
  transport.stderr?.on('data', (more) => (told += String(more)))
  const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } })
  clients.push(client)
  await client.connect(transport)
  return { client, told: () => told }
}

test.each([
  ['legacy', '2025-11-25'],
  ['auto', '2026-07-28'],
] as const)(
  'an agent that starts the tool (%s) calls commands as the operator, and prints are kept apart',
  async (mode, revision) => {
    const { client, told } = await started(mode)
    expect(client.getNegotiatedProtocolVersion()).toBe(revision)
    const names = (await client.listTools()).tools.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['till_Bill', 'till_Close', 'till_Count', 'till_Note']))
    expect(names.filter((name) => name.startsWith('heddle_'))).toEqual([])
    const noted = await client.callTool({ name: 'till_Note', arguments: { text: 'printed by the app' } })
    expect(noted.structuredContent).toMatchObject({ by: 'operator' })
    const progress: number[] = []
    await client.callTool(
      { name: 'till_Count', arguments: { to: 3 } },
      { onprogress: (each) => progress.push(each.progress) },
    )
    // The client forgets what comes together with the answer.
    expect(progress).toEqual([1, 2, 3].slice(0, progress.length))
    expect(told()).toContain('printed by the app')
    expect(told()).toContain('ready http://')
  },
)

test('where a process serves the app already, the calls of an agent go to it, as the principal that is named', async () => {
  const server = runTool(folder, ['start', 'app.ts'], { env: { PORT: '0' } })
  tools.push(server)
  await server.says(/ready http/)
  for (const argv of [
    ['roles', 'put', 'scribe', '--permission', 'till:note'],
    ['principals', 'put', 'ward-7', '--role', 'scribe'],
  ]) {
    expect(await runTool(folder, argv).ended()).toMatchObject({ code: 0 })
  }
  const { client } = await started('auto', '--as', 'ward-7')
  const noted = await client.callTool({ name: 'till_Note', arguments: { text: 'hello' } })
  expect(noted.structuredContent).toEqual({ pid: server.process.pid, by: 'ward-7' })
  const bill = await client.callTool({ name: 'till_Bill' })
  expect(bill.content).toEqual([{ type: 'resource', resource: expect.objectContaining({ text: '5 cents' }) }])
  const wrong = await client.callTool({ name: 'till_Note', arguments: {} })
  expect(wrong).toMatchObject({ isError: true, structuredContent: { errors: [{ key: 'data/text:InvalidType' }] } })

  expect((await client.listTools()).tools.map(({ name }) => name)).toEqual([
    'till_Bill',
    'till_Count',
    'till_Note',
    'till_Scan',
  ])
  const large = await client.callTool({ name: 'till_Scan', arguments: { mib: 11 } })
  expect(large).toMatchObject({ isError: true, structuredContent: { errors: [{ code: 'TooLarge' }] } })
  const again = await client.callTool({ name: 'till_Scan', arguments: { mib: 1 } })
  expect(again.content).toEqual([
    { type: 'resource', resource: expect.objectContaining({ mimeType: 'application/zip' }) },
  ])

  const nobody = runTool(folder, ['mcp', 'app.ts', '--as', 'nobody'])
  expect(await nobody.ended()).toMatchObject({ code: 77, out: expect.stringContaining('UnknownPrincipal') })
})

test.each(['legacy', 'auto'] as const)(
  'an agent (%s) stays when the process that serves the app is started anew',
  async (mode) => {
    const serve = async () => {
      const server = runTool(folder, ['start', 'app.ts'], { env: { PORT: '0' } })
      tools.push(server)
      await server.says(/ready http/)
      return server
    }
    const before = await serve()
    const { client } = await started(mode)
    const note = async () => (await client.callTool({ name: 'till_Note', arguments: { text: 'x' } })).structuredContent
    expect(await note()).toMatchObject({ pid: before.process.pid })
    before.process.kill('SIGKILL')
    await before.ended()
    await expect(note()).rejects.toThrow('The process that serves the app')
    const after = await serve()
    expect(await note()).toMatchObject({ pid: after.process.pid })
  },
)

test('the commands that operate an app are served on request', async () => {
  const { client } = await started('auto', '--operations')
  const { tools: shown } = await client.listTools()
  expect(shown.map(({ name }) => name)).toContain('heddle_Ping')
})
