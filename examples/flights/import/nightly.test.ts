import { readFileSync } from 'node:fs'
import { app, formatPlan, parsePlan, planHash, sqlite } from 'heddle'
import { testApp } from 'heddle/testing'
import { expect, test } from 'vitest'
import { countFlights } from '../count-flights.ts'
import * as flights from '../flights.ts'
import { importFiles, usualFiles } from './files.ts'
import { importNewFiles, nightly } from './import-files.ts'
import { listFiles } from './list-files.ts'
import { readFile } from './read-file.ts'
import { refusedRows } from './refused-rows.ts'
import { hashOf, type Source } from './source.ts'

/** A file that a test edits. */
class EditedFile {
  readonly name = 'may.json'
  readonly kind = 'flight'
  flights: readonly unknown[] = []

  async read(): Promise<Source> {
    const rows = this.flights.map((value, index) => ({ number: index + 1, value }))
    return { name: this.name, hash: hashOf(Buffer.from(JSON.stringify(rows))), rows }
  }
}

const flight = { date: '2004/02/29 00:00', delay: 0, distance: 337, origin: 'LAX', destination: 'SFO' }
const dayMs = 24 * 60 * 60 * 1000

async function opened(file: EditedFile) {
  const parts = [flights, refusedRows(), importFiles([usualFiles[0]!, file])]
  return await testApp(app('flights', { parts, database: sqlite() }))
}

test('what is new or was edited is imported in the night, once', async () => {
  const file = new EditedFile()
  file.flights = [flight]
  await using open = await opened(file)
  expect(await open.callOrThrow(countFlights, {})).toEqual({ flights: 0 })
  await open.time.advance(dayMs)
  expect(await open.callOrThrow(countFlights, {})).toEqual({ flights: 1 })

  file.flights = [flight, flight, { ...flight, destination: 'LAX' }]
  await open.time.advance(dayMs)
  expect(await open.callOrThrow(countFlights, {})).toEqual({ flights: 2 })
  const letters = await open.ports.deadLetters.list({ tenant: 'main' })
  expect(letters.map(({ origin, errors }) => [origin, errors[0]!.code])).toEqual([['may.json:3', 'SameAirport']])

  await open.time.advance(dayMs)
  expect(await open.ports.deadLetters.list({ tenant: 'main' })).toHaveLength(1)
  const { files } = await open.callOrThrow(listFiles, {})
  expect(files.map(({ name, rows, refused }) => [name, rows, refused])).toEqual([
    ['airports.csv', 3376, 0],
    ['may.json', 3, 1],
  ])
})

test('a page is read from the bytes that are meant, or not at all', async () => {
  const file = new EditedFile()
  file.flights = [flight]
  await using open = await opened(file)
  const { hash } = await file.read()
  const page = { file: file.name, hash, after: 0 }
  const row = { row: 1, kind: 'flight', value: flight }
  expect(await open.call(readFile, page)).toEqual({ ok: true, value: { rows: [row], next: 1 } })
  file.flights = [flight, flight]
  expect(await open.call(readFile, page)).toMatchObject({ ok: false, errors: [{ code: 'FileChanged' }] })
  const unknown = await open.call(readFile, { ...page, file: 'june.json' })
  expect(unknown).toMatchObject({ ok: false, errors: [{ code: 'UnknownFile', path: ['file'] }] })
})

test('the plans are their files, whose text stays as it is when they are written again', () => {
  for (const name of ['./import-files.yaml', './import-page.yaml']) {
    const text = readFileSync(new URL(name, import.meta.url), 'utf8')
    const parsed = parsePlan(text, name)
    if (!parsed.ok) throw new Error(`${name} is no plan`)
    expect(formatPlan(parsed.plan, parsed.source)).toBe(text)
    if (name === './import-files.yaml') expect(planHash(parsed.plan)).toBe(importNewFiles.hash)
  }
  expect(nightly.name).toBe('flights.Nightly')
})
