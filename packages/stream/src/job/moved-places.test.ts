import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app, type OpenApp } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { afterEach, expect, test, vi } from 'vitest'
import { fileSourceKind } from '../source/file.ts'
import type { Source } from '../source/source.ts'
import { job } from './job.ts'
import type { JobStatus } from './job-status.ts'

const patient = { timeout: 45_000 }
const closing: (() => void | Promise<void>)[] = []
afterEach(async () => {
  vi.unstubAllEnvs()
  for (const close of closing.splice(0).reverse()) await close()
})

const linesOf = (first: number) =>
  Array.from({ length: 40 }, (_, index) => `${JSON.stringify({ n: first + index })}\n`).join('')

/** A job from a file into a file, its plan in a file that is edited. */
function copying() {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-moved-'))
  closing.push(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'copy.yaml')
  const at = (name: string) => join(folder, name)
  const source = (name: string, more = 'follow: true') =>
    `{ file: { path: ${JSON.stringify(at(name))}, ${more} }, type: { n: int } }`
  const sink = (name: string) => `{ file: { path: ${JSON.stringify(at(name))} } }`
  const write = (ways: string) =>
    writeFileSync(file, `heddle: 1\npipeline: fl.Copy\naccess: public\ncheckpoint: 20ms\n${ways}`)
  return {
    at,
    source,
    sink,
    write,
    made: () => job(pathToFileURL(file)),
    put: (name: string, text: string) => writeFileSync(at(name), text),
    read: (name: string) => readFileSync(at(name), 'utf8'),
    async start(sources: Readonly<Record<string, Source>> = {}) {
      const made = job(pathToFileURL(file), { sources })
      const opening = { folder: at('data'), root: folder }
      const running = await app('fl', { parts: [made], database: usualDatabase() }).open(opening)
      closing.push(() => running.close())
      await running.start()
      return { running, reload: () => running.callByName('heddle.ReloadPipelines', {}) }
    },
  }
}

async function statusOf(running: OpenApp) {
  const outcome = await running.callByName('heddle.ShowJob', { job: 'fl.Copy' })
  return (outcome as { value: JobStatus }).value
}
const untilRead = (running: OpenApp, count: number) =>
  expect.poll(async () => (await statusOf(running)).sources[0]?.records, patient).toBe(count)
const untilWritten = (text: () => string, whole: string) => expect.poll(text, patient).toBe(whole)

test('a source that would read something else under its name is refused, at its place; under another name it begins anew', async () => {
  const { source, sink, write, put, read, start } = copying()
  put('a.ndjson', linesOf(0))
  // It begins as the other does, so that its beginning tells nothing.
  put('b.ndjson', linesOf(0) + linesOf(500))
  write(`source: ${source('a.ndjson')}\nsink: ${sink('out.ndjson')}\n`)
  const { running, reload } = await start()
  await untilWritten(() => read('out.ndjson'), linesOf(0))
  write(`source: ${source('b.ndjson')}\nsink: ${sink('out.ndjson')}\n`)
  const refused = await reload()
  expect(refused).toMatchObject({ ok: false, errors: [{ code: 'PlanRefused' }] })
  const told = JSON.stringify(refused)
  expect(told).toMatch(/copy\.yaml:5:/)
  expect(told).toContain('The source \\"source\\" would read something else from where it was: path ')
  expect(told).toContain('Give it another name (sources: { NAME: … })')
  expect((await statusOf(running)).state).toBe('running')
  // How it reads is another matter.
  write(`source: ${source('a.ndjson', 'follow: false')}\nsink: ${sink('out.ndjson')}\n`)
  expect(await reload()).toMatchObject({ ok: true })
  await expect.poll(async () => (await statusOf(running)).state, patient).toBe('ended')
  write(`sources:\n  more: ${source('b.ndjson')}\nsink: ${sink('out.ndjson')}\n`)
  // It rests, so that the plan does not run at once.
  const notes = ['The source "more" (file) is new, and begins at its beginning.']
  expect(await reload()).toMatchObject({ ok: true, value: { pipelines: [{ runs: { notes, waits: 'resumed' } }] } })
  await running.callByName('heddle.ResumeJob', { pipeline: 'fl.Copy' })
  await untilWritten(() => read('out.ndjson'), linesOf(0) + linesOf(0) + linesOf(500))
}, 60_000)

test('a process that starts with a plan that reads elsewhere lets the job rest, and goes on where it is put back', async () => {
  const { source, sink, write, put, read, start } = copying()
  put('a.ndjson', linesOf(0))
  put('b.ndjson', linesOf(0) + linesOf(500))
  write(`source: ${source('a.ndjson')}\nsink: ${sink('out.ndjson')}\n`)
  const first = await start()
  await untilWritten(() => read('out.ndjson'), linesOf(0))
  await first.running.close()
  write(`source: ${source('b.ndjson')}\nsink: ${sink('out.ndjson')}\n`)
  const second = await start()
  await expect.poll(async () => (await statusOf(second.running)).state, patient).toBe('failed')
  expect((await statusOf(second.running)).because).toContain('The source "source" of fl.Copy would be another one')
  await second.running.close()
  write(`source: ${source('a.ndjson')}\nsink: ${sink('out.ndjson')}\n`)
  put('a.ndjson', linesOf(0) + linesOf(900))
  const third = await start()
  await third.running.callByName('heddle.ResumeJob', { pipeline: 'fl.Copy' })
  await untilWritten(() => read('out.ndjson'), linesOf(0) + linesOf(900))
}, 60_000)

test('a file sink that would go on in another file is refused; under another name it begins with nothing', async () => {
  const { source, sink, write, put, read, start } = copying()
  put('a.ndjson', linesOf(0))
  write(`source: ${source('a.ndjson')}\nsink: ${sink('one.ndjson')}\n`)
  const { running, reload } = await start()
  await untilWritten(() => read('one.ndjson'), linesOf(0))
  write(`source: ${source('a.ndjson')}\nsink: ${sink('two.ndjson')}\n`)
  const told = JSON.stringify(await reload())
  expect(told).toMatch(/copy\.yaml:6:/)
  expect(told).toContain('The sink \\"sink\\" would write on somewhere else: ')
  expect(told).toContain('Give it another name (sinks: { NAME: … }), and it begins with nothing')
  write(`source: ${source('a.ndjson')}\nsinks:\n  other: ${sink('two.ndjson')}\n`)
  expect(await reload()).toMatchObject({ ok: true })
  await untilRead(running, 40)
  put('a.ndjson', linesOf(0) + linesOf(900))
  await untilWritten(() => read('two.ndjson'), linesOf(900))
  expect(read('one.ndjson')).toBe(linesOf(0))
}, 60_000)

test('a plan that waits until its job is resumed is told on the reload, and by a restore', async () => {
  const { source, sink, write, put, read, start } = copying()
  put('a.ndjson', linesOf(0))
  const ways = (more: string) => `source: ${source('a.ndjson')}\n${more}sink: ${sink('out.ndjson')}\n`
  write(ways(''))
  const { running, reload } = await start()
  await untilWritten(() => read('out.ndjson'), linesOf(0))
  await running.callByName('heddle.PauseJob', { pipeline: 'fl.Copy' })
  await expect.poll(async () => (await statusOf(running)).state, patient).toBe('paused')
  const { epoch } = await statusOf(running)
  const restore = () => running.callByName('heddle.RestoreJob', { pipeline: 'fl.Copy', epoch })
  expect(await restore()).toMatchObject({ ok: true, value: { pending: false } })
  write(ways('steps:\n  - { id: few, filter: it.n > 3 }\n'))
  expect(await reload()).toMatchObject({ ok: true, value: { pipelines: [{ runs: { waits: 'resumed' } }] } })
  expect(await restore()).toMatchObject({ ok: true, value: { pending: true } })
}, 60_000)

test('a path that is written otherwise is the same place, also after a start', async () => {
  const { at, write, put, read, start } = copying()
  put('a.ndjson', linesOf(0))
  const ways = (from: string, to: string) =>
    write(`source: { file: { path: ${from}, follow: true }, type: { n: int } }\nsink: { file: { path: ${to} } }\n`)
  ways('a.ndjson', './out.ndjson')
  const first = await start()
  await untilWritten(() => read('out.ndjson'), linesOf(0))
  ways('./in/../a.ndjson', JSON.stringify(at('out.ndjson')))
  expect(await first.reload()).toMatchObject({ ok: true })
  put('a.ndjson', linesOf(0) + linesOf(500))
  await untilWritten(() => read('out.ndjson'), linesOf(0) + linesOf(500))
  await first.running.close()
  ways(JSON.stringify(at('a.ndjson')), 'out.ndjson')
  const second = await start()
  put('a.ndjson', linesOf(0) + linesOf(500) + linesOf(900))
  await untilWritten(() => read('out.ndjson'), linesOf(0) + linesOf(500) + linesOf(900))
  expect((await statusOf(second.running)).state).toBe('running')
}, 60_000)

test('two file sinks into one path are refused, however it is written', () => {
  const { source, write, made } = copying()
  const all = (path: string) => `{ from: source, file: { path: ${path} } }`
  write(`source: ${source('a.ndjson')}\nsinks: { one: ${all('out/a.csv')}, two: ${all('./out/b/../a.csv')} }\n`)
  expect(made).toThrow('The sinks "one" and "two" both write to ./out/b/../a.csv')
})

test('an address with another query is another place, and one with another key is the same', async () => {
  const { sink, write, read, start } = copying()
  const asked: string[] = []
  const server = createServer((request, answer) => {
    const url = new URL(request.url!, 'http://localhost')
    const after = Number(url.searchParams.get('after') ?? 0)
    asked.push(`${url.searchParams.get('token')} ${url.searchParams.get('kind')} ${after}`)
    const items = Array.from({ length: Math.max(0, 40 - after) }, (_, index) => ({ n: after + index }))
    answer.setHeader('content-type', 'application/json')
    answer.end(JSON.stringify({ items, next: Math.max(after, 40) }))
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  closing.push(() => void server.close())
  const { port } = server.address() as AddressInfo
  const ways = (query: string) => {
    const poll = `url: "http://127.0.0.1:${port}/feed?${query}", every: 20ms, items: it.items`
    const source = `{ poll: { ${poll}, cursor: { from: it.next, parameter: after } }, type: { n: int } }`
    write(`source: ${source}\nsink: ${sink('out.ndjson')}\n`)
  }
  ways('kind=alpha&token=first')
  const { running, reload } = await start()
  await untilWritten(() => read('out.ndjson'), linesOf(0))
  ways('token=second&kind=alpha')
  expect(await reload()).toMatchObject({ ok: true })
  await expect.poll(() => asked, patient).toContain('second alpha 40')
  ways('kind=beta&token=second')
  const refused = await reload()
  expect(refused).toMatchObject({ ok: false, errors: [{ code: 'PlanRefused' }] })
  const told = JSON.stringify(refused)
  expect(told).toContain('/feed?…\\" stands for another place')
  expect(told).not.toMatch(/beta|second/)
  expect((await statusOf(running)).state).toBe('running')
  expect(asked.filter((one) => one.includes('beta'))).toEqual([])
  expect(read('out.ndjson')).toBe(linesOf(0))
}, 60_000)

test('what comes from outside of a plan is seen where it becomes another place, and a key from there is not', async () => {
  const { at, sink, write, put, read, start } = copying()
  put('a.ndjson', linesOf(0))
  put('b.ndjson', linesOf(0) + linesOf(500))
  write(`source: { given: lines, type: { n: int } }\nsink: ${sink('out.ndjson')}\n`)
  const lines = (name: string) => fileSourceKind.create({ path: at(name), follow: true })
  /** It tells of its place only which variable holds it. */
  const named = (name: string): Source => ({
    ...lines(name),
    paths: [],
    describe: () => ({ at: '$FL_FEED' }),
    identity: ({ FL_FEED: feed }) => (feed === undefined ? undefined : { at: feed.replace(/^.*@/, '') }),
  })
  const lives = async (source: Source, feed: string | undefined, until: (running: OpenApp) => Promise<void>) => {
    vi.stubEnv('FL_FEED', feed)
    const { running } = await start({ lines: source })
    await running.callByName('heddle.ResumeJob', { pipeline: 'fl.Copy' })
    await until(running)
    await running.close()
  }
  const reads = (from: string, whole: string) => async () => {
    put(from, whole)
    await untilWritten(() => read('out.ndjson'), whole)
  }
  const isRefused = (change: string) => async (running: OpenApp) => {
    await expect.poll(async () => (await statusOf(running)).state, patient).toBe('failed')
    expect((await statusOf(running)).because).toContain(
      `The source "source" of fl.Copy would be another one than it was: ${change}`,
    )
  }
  await lives(lines('a.ndjson'), undefined, reads('a.ndjson', linesOf(0)))
  await lives(lines('b.ndjson'), undefined, isRefused('path "a.ndjson" → '))
  // What was kept has no digest yet.
  await lives(named('a.ndjson'), 'me:old@one', reads('a.ndjson', linesOf(0) + linesOf(500)))
  await lives(named('a.ndjson'), 'me:new@one', reads('a.ndjson', linesOf(0) + linesOf(500) + linesOf(900)))
  await lives(named('a.ndjson'), 'me:new@two', isRefused('at "$FL_FEED" stands for another place'))
  const all = [0, 500, 900, 1300].map(linesOf).join('')
  await lives(named('a.ndjson'), 'me:new@one', reads('a.ndjson', all))
  // Where the variable is not set, it is not known, and the source itself says what is missing.
  await lives(named('a.ndjson'), undefined, reads('a.ndjson', all + linesOf(1700)))
}, 60_000)
