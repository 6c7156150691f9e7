import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fill, systemErrors } from '@heddle/core'
import { afterEach, expect, test } from 'vitest'
import { plantFolder, runTool, type Tool } from '../fixtures/run-tool.ts'

const commands = (greeting: string) => `import { command } from 'heddle'
import { z } from 'zod'
export const who = command('hello.Who', {
  kind: 'query', access: 'public', input: z.object({}),
  output: z.object({ pid: z.int(), greeting: z.string() }),
  run: () => ({ pid: process.pid, greeting: '${greeting}' }),
})
export const wait = command('hello.Wait', {
  access: 'public', input: z.object({}), output: z.object({}),
  async run({ ctx }) { await ctx.sleep(600_000); return {} },
})
`
const appFile = `import { app, http } from 'heddle'
import { wait, who } from './commands.ts'
export default app('hello', { parts: [who, wait, http()] })
`

const folders: string[] = []
const tools: Tool[] = []
afterEach(() => {
  for (const { process: child } of tools.splice(0)) if (child.exitCode === null) child.kill('SIGKILL')
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const plant = (files: Record<string, string>) => {
  const folder = plantFolder(files)
  folders.push(folder)
  return folder
}
const run = (...given: Parameters<typeof runTool>) => {
  const tool = runTool(...given)
  tools.push(tool)
  return tool
}

test('an old Node is told in one sentence, before anything that it could not read', async () => {
  const pretend = "data:text/javascript,Object.defineProperty(process, 'versions', { value: { node: '20.19.0' } })"
  const { code, out } = await run(plant({}), ['list'], { nodeOptions: ['--import', pretend] }).ended()
  expect(code).toBe(78)
  const { message, help } = systemErrors.OldNode
  expect(out).toBe(`OldNode: ${fill(message, { found: 'v20.19.0' })}\n  ${help}\n`)
})

test('start serves until it is asked to end; a call from beside goes to the process that serves', async () => {
  const folder = plant({ 'app.ts': appFile, 'commands.ts': commands('hi') })
  const server = run(folder, ['start', 'app.ts'], { env: { PORT: '0' } })
  await server.says(/ready http:\/\/127\.0\.0\.1:\d+/)

  const called = await run(folder, ['call', 'hello.Who', '--json']).ended()
  expect(called.code).toBe(0)
  expect(JSON.parse(called.out)).toEqual({ ok: true, value: { pid: server.process.pid, greeting: 'hi' } })

  server.process.kill('SIGTERM')
  expect(await server.ended()).toMatchObject({ code: 0, out: expect.stringContaining('stopping') })
})

test('a second signal ends it at once, although a call still runs', async () => {
  const folder = plant({ 'app.ts': appFile, 'commands.ts': commands('hi') })
  const server = run(folder, ['start'], { env: { PORT: '0' } })
  const [, url] = await server.says(/ready (http:\/\/127\.0\.0\.1:\d+)/)
  const waiting = fetch(`${url}/hello/Wait`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  })
  const cutOff = expect(waiting).rejects.toThrow()
  // The answer to a later request shows that the server has taken the earlier one.
  await fetch(`${url}/hello/Who`)

  server.process.kill('SIGTERM')
  await server.says('stopping')
  server.process.kill('SIGTERM')
  expect(await server.ended()).toMatchObject({ code: 143 })
  await cutOff
})

test(
  'dev starts the app again after each save on the same port, and waits while the code is broken',
  { timeout: 60_000 },
  async () => {
    const folder = plant({ 'app.ts': appFile, 'commands.ts': commands('one') })
    const dev = run(folder, ['dev'], { env: { PORT: '0' } })
    const [, url] = await dev.says(/ready (http:\/\/127\.0\.0\.1:\d+)/)
    const greeting = async () => ((await (await fetch(`${url}/hello/Who`)).json()) as { greeting: string }).greeting
    expect(await greeting()).toBe('one')

    let from = dev.said
    writeFileSync(join(folder, 'commands.ts'), commands('two'))
    await dev.says('restarted in', from)
    expect(await greeting()).toBe('two')

    from = dev.said
    writeFileSync(join(folder, 'commands.ts'), 'const a: = 3\n')
    await dev.says('InvalidAppFile: commands.ts:1:10: Unexpected token', from)
    await dev.says('it starts again after the next save', from)

    from = dev.said
    writeFileSync(join(folder, 'commands.ts'), commands('three'))
    await dev.says('restarted in', from)
    expect(await greeting()).toBe('three')

    dev.process.kill('SIGINT')
    expect((await dev.ended()).code).toBe(0)
  },
)

test('a call that waits for what can no longer come ends with one sentence', async () => {
  const folder = plant({
    'app.ts': `import { app, command } from 'heddle'
import { z } from 'zod'
const hang = command('hello.Hang', {
  access: 'public', input: z.object({}), output: z.object({}),
  run: () => new Promise(() => {}),
})
export default app('hello', { parts: [hang] })
`,
  })
  const { code, out } = await run(folder, ['call', 'hello.Hang']).ended()
  expect(code).toBe(70)
  expect(out).toBe(
    'Internal: It waits for something that can no longer come: nothing is left to run.\n  Look in the app for a promise that nobody resolves.\n',
  )
})

test('an app file that waits for ever, or lets a promise fail, is told in a sentence', async () => {
  const folder = plant({
    'app.ts': 'await new Promise(() => {})\nexport default 1\n',
    'floating.ts': `void Promise.reject(new Error('boom'))\nexport default 1\n`,
  })
  const waits = await run(folder, ['list']).ended()
  expect(waits).toMatchObject({ code: 78, out: expect.stringMatching(/^InvalidAppFile: app\.ts: an await outside/) })
  const rejects = await run(folder, ['list', '--app', 'floating.ts']).ended()
  expect(rejects).toMatchObject({
    code: 78,
    out: expect.stringMatching(/^InvalidAppFile: floating\.ts:1:21: a promise/),
  })
  expect(waits.out + rejects.out).not.toMatch(/Warning|    at /)
})

test('start waits while a call holds the data folder', async () => {
  const folder = plant({
    'app.ts': `import { app, command, sqlite } from 'heddle'
import { z } from 'zod'
const hold = command('hello.Hold', {
  access: 'public', input: z.object({}), output: z.object({}),
  async run({ ctx }) { console.log('held'); await ctx.sleep(600_000); return {} },
})
export default app('hello', { database: sqlite(), parts: [hold] })
`,
  })
  const call = run(folder, ['call', 'hello.Hold'])
  await call.says('held')
  const server = run(folder, ['start'])
  await server.says('waiting for the data folder')
  call.process.kill('SIGINT')
  await server.says('hello (development)')
  server.process.kill('SIGTERM')
  expect(await server.ended()).toMatchObject({ code: 0 })
})

test('calls from several processes at once wait for each other', async () => {
  const folder = plant({
    'app.ts': `import { app, command, entity, repository, sqlite } from 'heddle'
import { z } from 'zod'
const Note = entity('notes.Note', { key: 'id', fields: { id: z.uuid(), text: z.string() } })
const Notes = repository(Note)
const add = command('notes.Add', {
  access: 'public', uses: [Notes], input: z.object({ text: z.string() }), output: z.object({}),
  run({ input, ctx }) { ctx.use(Notes).insert(input); return {} },
})
const count = command('notes.Count', {
  kind: 'query', access: 'public', uses: [Notes], input: z.object({}), output: z.int(),
  run: async ({ ctx }) => (await ctx.use(Notes).find()).records.length,
})
export default app('notes', { database: sqlite(), parts: [add, count] })
`,
  })
  const ended = await Promise.all(['a', 'b', 'c', 'd'].map((text) => run(folder, ['call', 'notes.Add', text]).ended()))
  expect(ended).toEqual(ended.map(() => ({ code: 0, out: '{"ok":true,"value":{}}\n' })))
  expect((await run(folder, ['call', 'notes.Count']).ended()).out).toBe('{"ok":true,"value":4}\n')
})

test('what dev has started ends with it, also where dev is killed', async () => {
  const folder = plant({ 'app.ts': appFile, 'commands.ts': commands('hello') })
  const dev = run(folder, ['dev', 'app.ts'], { env: { PORT: '0' } })
  const [, url] = await dev.says(/(http:\/\/\S+)/)
  expect((await fetch(`${url}/health`)).status).toBe(200)
  dev.process.kill('SIGKILL')
  // Its output is that of the process which it has started: it is over with both.
  expect(await dev.ended()).toMatchObject({ code: 'SIGKILL' })
  await expect(fetch(`${url}/health`)).rejects.toThrow()
})
