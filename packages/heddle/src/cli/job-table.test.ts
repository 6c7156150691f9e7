import type { App, OpenApp } from '@heddle/core'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryIo } from '@heddle/serve'
import { afterAll, expect, test } from 'vitest'
import { after, before, hoursAfter, hoursBefore, hoursByFlights } from '../../fixtures/grown-table.ts'
import { main } from './main.ts'

const fixture = join(import.meta.dirname, '../../fixtures/grown-table.ts')
const folders: string[] = []
afterAll(() => folders.forEach((folder) => rmSync(folder, { recursive: true, force: true })))

interface Row {
  readonly flights: number
  readonly mean?: number
}

/** An app that serves its data in a folder of its own, or in the given one. */
async function serve(app: App, mode: 'development' | 'production', root = newFolder()) {
  const open = await app.open({ root, folder: join(root, 'data'), mode })
  await open.start()
  return open
}

async function rowsOf(app: OpenApp): Promise<readonly Row[]> {
  const outcome = await app.call(app.commands.get('flights.FindHours')!, {})
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors))
  return (outcome.value as { records: readonly Row[] }).records
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-table-'))
  folders.push(folder)
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}')
  for (const name of ['before', 'after']) {
    writeFileSync(join(folder, `${name}.ts`), `export { ${name} as default } from ${JSON.stringify(fixture)}\n`)
  }
  return folder
}

const toolIn = (cwd: string) => {
  return async (app: 'before' | 'after', ...words: string[]) => {
    const io = memoryIo()
    const around = { io, cwd, environment: {}, signal: new AbortController().signal, entry: 'unused' }
    const code = await main([...words, '--app', `${app}.ts`, '--folder', join(cwd, 'data')], around)
    return { code, out: io.text(), err: io.errors() }
  }
}

const isBuilt = (rows: readonly Row[]) => rows.length > 0 && rows.every(({ mean }) => mean !== undefined)

/** The table of a job that had the new plan from the start. */
async function freshRows() {
  const app = await serve(after, 'development')
  try {
    await expect.poll(async () => isBuilt(await rowsOf(app))).toBe(true)
    return await rowsOf(app)
  } finally {
    await app.close()
  }
}

test('an aggregate that is added to a job with a table is migrated, and the table becomes that of a new job', async () => {
  const root = newFolder()
  const heddle = toolIn(root)
  expect((await heddle('before', 'migrate', 'plan')).out).toContain('new entity flights.Hours')
  expect((await heddle('before', 'migrate', 'apply')).code).toBe(0)
  expect(await heddle('before', 'manifest', '--out', 'before.json')).toMatchObject({ code: 0 })
  const old = await serve(before, 'production', root)
  await expect.poll(async () => (await rowsOf(old)).length).toBeGreaterThan(0)
  const count = (await rowsOf(old)).length
  await old.close()

  const check = await heddle('after', 'check', '--against', 'before.json')
  expect(check.out).not.toContain('breaking')
  expect(check.out).toMatch(
    /^migration +entity flights\.Hours +new field flights\.Hours\.mean\s+Stored records lack it/m,
  )
  expect(check.out).toMatch(/^safe +job flights\.Hours +state of "perAirport": built anew/m)
  await expect(serve(after, 'production', root)).rejects.toMatchObject({ code: 'MigrationNeeded' })
  expect((await heddle('after', 'migrate', 'plan')).out).toContain('new field flights.Hours.mean')
  expect((await heddle('after', 'migrate', 'apply')).out).toBe('applied 0002-add-column-flights-hours-mean.json\n')

  const app = await serve(after, 'production', root)
  await expect.poll(async () => isBuilt(await rowsOf(app))).toBe(true)
  const rows = await rowsOf(app)
  await app.close()
  expect(rows).toHaveLength(count)
  expect(rows).toEqual(await freshRows())
})

test('in development a restart is enough; an app that runs refuses the columns at the sink, and says what to do', async () => {
  const root = newFolder()
  const old = await serve(before, 'development', root)
  await expect.poll(async () => (await rowsOf(old)).length).toBeGreaterThan(0)
  await expect(hoursAfter.survey!(old, hoursBefore)).rejects.toThrow(
    /sink The entity flights\.Hours would have other columns \(new: mean\): start the app anew/,
  )
  await expect(hoursByFlights.survey!(old, hoursBefore)).rejects.toThrow(
    'The key of the entity flights.Hours would be flights; it is rowKey: give the table another name',
  )
  await old.close()
  const app = await serve(after, 'development', root)
  await expect.poll(async () => isBuilt(await rowsOf(app))).toBe(true)
  const rows = await rowsOf(app)
  await app.close()
  expect(rows).toEqual(await freshRows())
})
