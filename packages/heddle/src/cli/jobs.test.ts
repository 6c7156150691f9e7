import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import departures from '../../fixtures/departures.ts'
import { plantFolder } from '../../fixtures/run-tool.ts'
import { withOperations } from '../commands/operations.ts'
import { main } from './main.ts'

const fixture = join(import.meta.dirname, '../../fixtures/departures.ts')
const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

const toolOn = (cwd: string, ...shared: string[]) =>
  async function heddle(...words: string[]) {
    const io = memoryIo()
    const around = { io, cwd, environment: {}, signal: new AbortController().signal, entry: 'unused' }
    const code = await main([...words, ...shared], around)
    return { code, out: io.text(), err: io.errors() }
  }

test('an operator looks at a job, pauses it, puts it back and lets it begin anew, from the command line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-jobs-'))
  folders.push(folder)
  const heddle = toolOn(folder, '--app', fixture, '--folder', folder)
  const nobody = 'no process runs it: start its app, e.g. with heddle start or heddle dev'
  expect((await heddle('jobs', 'show', 'flights.Delays')).out).toContain(`flights.Delays is unserved: ${nobody}\n`)
  expect((await heddle('jobs', 'list')).out).toMatch(new RegExp(`^flights\\.Delays +unserved .* ${nobody}$`, 'm'))
  expect((await heddle('jobs', 'explain', 'flights.Delays')).out).toContain(`It is behind because\n  ${nobody}\n`)
  expect((await heddle('checkpoints', 'list', 'flights.Delays')).out).toBe('there are no checkpoints yet\n')

  const served = await withOperations(departures).open({ folder })
  await served.start()
  try {
    const shown = async () => (await heddle('jobs', 'show', 'flights.Delays')).out
    // 24 were read, of which 17 are late; the table has those whose hour is over.
    await expect.poll(shown).toMatch(/^source +file +24 +1 .* 2026-06-01T09:49:59\.999Z$/m)
    await expect.poll(shown).toMatch(/^checkpoint +\d+, \d+ bytes of \d+ keys in \d+ ms, at 2/m)
    const told = await shown()
    expect(told).toContain('flights.Delays is running\nguarantee   exactly once\n')
    expect(told).toContain('letters     1: heddle dlq list --job flights.Delays\n')
    expect(told).toMatch(/^late +filter +24 +17 +0 +0 +0 /m)
    expect(told).toMatch(/^perAirport +window +17 +9 +0 +0 +0 /m)
    expect(told).toMatch(/^sink +table +unit +9\b/m)
    const { out: json } = await heddle('jobs', 'show', 'flights.Delays', '--json')
    expect(JSON.parse(json)).toMatchObject({ state: 'running', letters: 1, sinks: [{ delivery: 'unit', records: 9 }] })
    expect((await heddle('jobs', 'list')).out).toMatch(/^flights\.Delays +running +main +24 .* 1 +exactly once/m)

    const explained = (await heddle('jobs', 'explain', 'flights.Delays')).out
    expect(explained).toContain('guarantee  exactly once\n')
    expect(explained).toMatch(/^perAirport +window +late /m)

    const early = await heddle('jobs', 'restore', 'flights.Delays', '1')
    expect(early).toMatchObject({ code: 65, err: expect.stringContaining('JobNotPaused') })
    expect(await heddle('jobs', 'pause', 'flights.Delays')).toMatchObject({
      code: 0,
      out: 'flights.Delays rests after its next checkpoint: heddle jobs resume flights.Delays\n',
      err: '',
    })
    await expect.poll(shown).toContain('flights.Delays is paused\n')
    const { out: listed } = await heddle('checkpoints', 'list', 'flights.Delays', '--json')
    const [newest] = (JSON.parse(listed) as { checkpoints: { epoch: number; isCurrent: boolean }[] }).checkpoints
    expect(newest).toMatchObject({ isCurrent: true })
    expect(await heddle('jobs', 'restore', 'flights.Delays', '999')).toMatchObject({
      code: 65,
      err: expect.stringContaining('UnknownCheckpoint'),
    })
    expect(await heddle('jobs', 'restore', 'flights.Delays', 'first')).toMatchObject({
      code: 64,
      err: expect.stringContaining(
        '"first" is no epoch, which is a number: heddle checkpoints list flights.Delays tells',
      ),
    })
    expect(await heddle('jobs', 'restore', 'flights.Delays', `${newest!.epoch}`)).toMatchObject({
      code: 0,
      out: `flights.Delays is at epoch ${newest!.epoch}: heddle jobs resume flights.Delays\n`,
    })
    expect((await heddle('jobs', 'reset', 'flights.Delays')).out).toContain('begins anew once it is resumed')
    expect((await heddle('jobs', 'resume', 'flights.Delays')).out).toBe('flights.Delays goes on\n')
    await expect.poll(shown).toMatch(/^source +file +24 +1 /m)

    for (const words of ['show', 'explain', 'pause', 'resume', 'reset']) {
      expect(await heddle('jobs', words, 'flights.Delay')).toMatchObject({
        code: 65,
        err: expect.stringContaining('There is no job "flights.Delay" in this app.'),
      })
    }
  } finally {
    await served.close()
  }
})

test('the check tells what becomes of the state of a job whose plan has changed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-jobs-'))
  folders.push(folder)
  for (const name of ['summer', 'winter']) {
    writeFileSync(join(folder, `${name}.ts`), `export { ${name} as default } from ${JSON.stringify(fixture)}\n`)
  }
  const heddle = toolOn(folder, '--folder', join(folder, 'data'))
  expect(await heddle('manifest', '--app', 'summer.ts', '--out', 'before.json')).toMatchObject({ code: 0 })
  const same = await heddle('check', '--app', 'summer.ts', '--against', 'before.json')
  expect(same).toMatchObject({ code: 0 })
  const { code, out } = await heddle('check', '--app', 'winter.ts', '--against', 'before.json')
  expect(code).toBe(2)
  expect(out).toMatch(
    /^safe +job flights\.Delays +state of "perAirport": built anew beside the running job, then swapped in/m,
  )
})

const appText = `
import { app, job, listSource, sqlite } from 'heddle'
export const sums = job(new URL('./sums.yaml', import.meta.url), { sources: { numbers: listSource([]) } })
export default app('demo', { parts: [sums], database: sqlite() })
`

const planText = `heddle: 1
pipeline: demo.Sums
access: public
source: { given: numbers, type: { n: int, at: int }, time: it.at }
steps:
  - { id: sums, window: { tumbling: 1h }, aggregate: { n: sum(it.n) } }
sink: { table: { name: sums } }
`

test('the plan of a job is checked with the sources that its app gives it, and is not run like a command', async () => {
  const folder = plantFolder({
    'app.ts': appText,
    'sums.yaml': planText,
    'edited.yaml': planText.replace('given: numbers', 'given: nambers'),
  })
  folders.push(folder)
  const heddle = toolOn(folder)
  expect((await heddle('pipeline', 'list')).out).toMatch(/^demo\.Sums +job +1 /m)
  expect(await heddle('pipeline', 'validate', 'sums.yaml')).toMatchObject({ code: 0, out: 'demo.Sums is sound\n' })
  const wrong = await heddle('pipeline', 'validate', 'edited.yaml')
  expect(wrong).toMatchObject({ code: 65 })
  expect(wrong.out).toMatch(/^edited\.yaml:4:\d+ .*There is no such source; known: numbers/m)
  writeFileSync(join(folder, 'cases.json'), '[{ "input": 1, "value": 2 }]')
  for (const words of [
    ['pipeline', 'run', 'sums.yaml'],
    ['test', 'sums.yaml'],
  ]) {
    expect(await heddle(...words)).toMatchObject({
      code: 64,
      err: expect.stringContaining('demo.Sums is a job, which reads for as long as its app is up'),
    })
  }
})

test('a mistake in the plan of a job is told with the place of the app that lists it', async () => {
  const folder = plantFolder({ 'app.ts': appText, 'sums.yaml': planText.replace('given: numbers', 'given: nambers') })
  folders.push(folder)
  const broken = await toolOn(folder)('jobs', 'list')
  expect(broken).toMatchObject({ code: 78 })
  expect(broken.err).toMatch(/app\.ts:3:\d+: The pipeline demo\.Sums cannot run/)
})

test('words of jobs are completed', async () => {
  const heddle = toolOn(tmpdir())
  const { out } = await heddle('complete', '--', 'jobs', '')
  expect(out.split('\n')).toEqual(
    expect.arrayContaining(['explain', 'list', 'pause', 'reset', 'restore', 'resume', 'show']),
  )
})
