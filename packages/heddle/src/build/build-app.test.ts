import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { memoryIo } from '@heddle/serve'
import { main } from '../cli/main.ts'
import { buildApp } from './build-app.ts'

const children: ChildProcess[] = []
const folders: string[] = []
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const packages = join(import.meta.dirname, '../../..')
const appText = `
import { app, command } from '${packages}/core/src/index.ts'
import { entity, repository, sqlite } from '${packages}/data/src/index.ts'
import { http } from '${packages}/serve/src/index.ts'
import { z } from 'zod'
const Note = entity('notes.Note', { key: 'id', fields: { id: z.string(), text: z.string() } })
const Notes = repository(Note)
const keep = command('notes.Keep', {
  input: z.object({ id: z.string(), text: z.string() }), output: z.object({ kept: z.boolean() }), access: 'public', uses: [Notes],
  run({ input, ctx }) { ctx.use(Notes).insert(input); return { kept: true } },
})
export default app('notes', { parts: [keep, http({ port: 0 })], database: sqlite() })
`

/** Apps lie where their packages are found. */
function appFolder(): string {
  const folder = mkdtempSync(join(import.meta.dirname, '../../../../node_modules/.heddle-build-'))
  folders.push(folder)
  writeFileSync(join(folder, 'app.ts'), appText)
  return folder
}

/** Starts a built app, and gives where it is served. */
async function started(start: string, cwd: string, more: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [start], {
    cwd,
    env: { ...process.env, NODE_ENV: 'development', ...more },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  children.push(child)
  for await (const line of createInterface(child.stdout)) {
    const url = /http:\/\/\S+/.exec(line)?.[0]
    if (url !== undefined) return { child, url }
  }
  throw new Error('it told no address')
}

test('a built app runs in an empty folder, its threads too, and ends when it is asked to', async () => {
  const folder = appFolder()
  const out = join(mkdtempSync(join(tmpdir(), 'heddle-built-')), 'dist')
  const { start, files, external } = await buildApp(join(folder, 'app.ts'), out)
  expect(files.map(({ name }) => name)).toContain('start.js')
  expect(external).not.toContain('zod')

  const cwd = mkdtempSync(join(tmpdir(), 'heddle-built-run-'))
  const { child, url } = await started(start, cwd)
  const exited = once(child, 'exit')
  const answer = await fetch(new URL('/notes/Keep', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ id: 'n', text: 'hello' }),
  })
  expect(await answer.json()).toEqual({ kept: true })
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

test('the thread of a job finds the job in a built app', { timeout: 60_000 }, async () => {
  const folder = appFolder()
  const plan = `heddle: 1
pipeline: notes.CopyNotes
access: public
source: { list: [{ id: a, text: hello }, { id: b, text: hi }], type: { id: string, text: string } }
steps: [{ id: copied, map: { id: it.id, copy: it.text } }]
sink: { table: { name: copies, key: id } }
place: thread
`
  writeFileSync(join(folder, 'copies.yaml'), plan)
  const withJob = appText
    .replace('parts: [keep,', "parts: [keep, job(new URL('./copies.yaml', import.meta.url)),")
    .replace(/\n/, `\nimport { job } from '${packages}/stream/src/index.ts'\n`)
  writeFileSync(join(folder, 'app.ts'), withJob)
  const out = join(mkdtempSync(join(tmpdir(), 'heddle-built-')), 'dist')
  const { start } = await buildApp(join(folder, 'app.ts'), out)
  const { child, url } = await started(start, mkdtempSync(join(tmpdir(), 'heddle-built-run-')))
  const copies = async () => {
    const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }
    const { records } = (await (await fetch(`${url}/notes/FindCopies`, post)).json()) as { records: { copy: string }[] }
    return records.map(({ copy }) => copy)
  }
  await expect.poll(copies, { timeout: 50_000 }).toEqual(['hello', 'hi'])
  child.kill('SIGTERM')
})

test('the console comes along with an app that mounts it', async () => {
  const folder = appFolder()
  const withConsole = appText
    .replace('http({ port: 0 })', 'http({ port: 0, mounts: [consolePage()] })')
    .replace(/\n/, `\nimport { consolePage } from '${packages}/serve/src/console/index.ts'\n`)
  writeFileSync(join(folder, 'app.ts'), withConsole)
  const out = join(mkdtempSync(join(tmpdir(), 'heddle-built-')), 'dist')
  const { start } = await buildApp(join(folder, 'app.ts'), out)
  const { url } = await started(start, mkdtempSync(join(tmpdir(), 'heddle-empty-')))
  const page = await (await fetch(`${url}/_heddle/console`)).text()
  const paths = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!)
  expect(paths).toContain('/_heddle/console/src/console/page/main.ts')
  for (const path of paths) expect([path, (await fetch(url + path)).status]).toEqual([path, 200])
})

test('plans come along with what they import, and what is looked for at run time is told', async () => {
  const folder = appFolder()
  mkdirSync(join(folder, 'plans/common'), { recursive: true })
  const double = 'heddle: 1\npipeline: sums.Double\ninput: int\nsteps: [{ id: a, map: it * 2 }]\n'
  writeFileSync(join(folder, 'plans/common/double.yaml'), double)
  const twice = 'heddle: 1\npipeline: sums.Twice\naccess: public\ninput: int\nimports: [./common/double.yaml]\n'
  const steps = 'steps: [{ id: a, pipeline: sums.Double }, { id: b, pipeline: sums.Double }]\n'
  writeFileSync(join(folder, 'plans/twice.yaml'), twice + steps)
  const planned = `
import { pipeline } from '${packages}/pipeline/src/index.ts'
export const twice = pipeline(new URL('./plans/twice.yaml', import.meta.url))
export const asked = () => import.meta.resolve('vega-datasets')
`
  const text = `${planned}${appText}`.replace('parts: [keep,', 'parts: [keep, twice,')
  writeFileSync(join(folder, 'app.ts'), text)
  const out = join(mkdtempSync(join(tmpdir(), 'heddle-built-')), 'dist')
  const { start, external } = await buildApp(join(folder, 'app.ts'), out)
  expect(external).toEqual(['vega-datasets'])

  const { url } = await started(start, mkdtempSync(join(tmpdir(), 'heddle-built-run-')))
  const headers = { 'content-type': 'application/json' }
  const answer = await fetch(new URL('/sums/Twice', url), { method: 'POST', headers, body: '5' })
  expect(await answer.json()).toBe(20)
})

test('a built app is reached by the tool where it is asked to open its socket', async () => {
  const folder = appFolder()
  const { start } = await buildApp(join(folder, 'app.ts'), join(folder, 'dist'))
  const cwd = mkdtempSync(join(tmpdir(), 'heddle-built-socket-'))
  folders.push(cwd)
  const { child } = await started(start, cwd, { HEDDLE_SOCKET: '1' })
  const app = join(cwd, 'app.ts')
  writeFileSync(app, appText)
  const io = memoryIo()
  const around = { io, cwd, environment: {}, signal: new AbortController().signal, entry: 'unused' }
  const words = ['notes.Keep', '--id', 'n', '--text', 'hello', '--app', app, '--folder', join(cwd, '.heddle'), '--json']
  expect(await main(words, around)).toBe(0)
  expect(JSON.parse(io.text())).toEqual({ ok: true, value: { kept: true } })
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})

test('an app that cannot be put together is told with its file', async () => {
  const folder = appFolder()
  mkdirSync(join(folder, 'broken'))
  const file = join(folder, 'broken', 'app.ts')
  writeFileSync(file, `import { nothing } from './missing.ts'\nexport default nothing`)
  await expect(buildApp(file, join(folder, 'dist'))).rejects.toMatchObject({
    code: 'InvalidAppFile',
    message: expect.stringContaining('./missing.ts') as string,
    help: 'Correct it there.',
  })
})

test('a folder that holds something else is not replaced, an earlier build is', async () => {
  const folder = appFolder()
  const file = join(folder, 'app.ts')
  await expect(buildApp(file, folder)).rejects.toMatchObject({ code: 'InvalidUsage' })
  expect(existsSync(file)).toBe(true)
  const out = join(folder, 'dist')
  await buildApp(file, out)
  await expect(buildApp(file, out)).resolves.toMatchObject({ start: join(out, 'start.js') })
})

test('a build tells what production lacks, takes the migration files along and applies them where it runs', async () => {
  const folder = appFolder()
  const second = appText.replace(
    'const Notes =',
    "const Other = entity('notes.Other', { key: 'id', fields: { id: z.string() } })\nconst Notes =",
  )
  writeFileSync(join(folder, 'app.ts'), second.replace('parts: [keep,', 'parts: [keep, Other,'))
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  const heddle = async (...words: string[]) => {
    const io = memoryIo()
    const around = { io, cwd: folder, environment: {}, signal: new AbortController().signal, entry: 'unused' }
    expect([await main([...words, '--app', 'app.ts'], around), io.errors()]).toEqual([0, ''])
    return io.text()
  }
  const cwd = mkdtempSync(join(tmpdir(), 'heddle-built-migrate-'))
  folders.push(cwd)
  const production = (...words: string[]) => {
    const env = { ...process.env, NODE_ENV: 'production' }
    // Copied away from its source: what it needs has to be with it.
    cpSync(join(folder, 'dist'), join(cwd, 'copied'), { recursive: true })
    return spawnSync(process.execPath, ['copied/start.js', ...words], { cwd, env, encoding: 'utf8' })
  }

  const unplanned = await heddle('build')
  expect(unplanned).toMatch(/migration files for:\n {2}new entity notes\.\w+\n {2}new entity notes\.\w+\n/)
  expect(unplanned).not.toContain('start.js migrate')
  const refused = production()
  expect(refused.stderr).toMatch(/^MigrationNeeded: .*new entity notes\.Note.*\n.*migrate plan.*build it again/)
  expect(refused.stderr).toContain('new entity notes.Other')

  await heddle('migrate', 'plan', '--name', 'first')
  const planned = await heddle('build')
  expect(planned).toContain('migrate its database with: node dist/start.js migrate')
  expect(planned).not.toContain('migration files for')
  expect(production().stderr).toMatch(/0001-first\.json is not applied\.\n {2}Run `node copied\/start\.js migrate`\.\n/)
  expect(production('migrate', '--dry-run')).toMatchObject({ status: 1, stdout: '' })
  expect(production('migrate')).toMatchObject({ status: 0, stdout: 'applied 0001-first.json\n', stderr: '' })
  expect(production('migrate')).toMatchObject({ status: 0, stdout: 'nothing is open\n' })
  const { child } = await started('copied/start.js', cwd, { NODE_ENV: 'production' })
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await exited).toEqual([0, null])
})
