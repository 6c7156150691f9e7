import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { app, eventsOf, sqlite } from 'heddle'
import { expect, test } from 'vitest'
import { countFlights } from '../count-flights.ts'
import { withFolder } from '../fixtures/slice.ts'
import * as flights from '../flights.ts'
import { importFiles } from './files.ts'
import { importer } from './importer.ts'
import { listFiles } from './list-files.ts'
import { PageImported } from './page-imported.ts'
import { refusedRows } from './refused-rows.ts'

const wholeApp = app('flights', {
  database: sqlite(),
  parts: [flights, refusedRows(), importFiles(), importer({ write() {} })],
})

test('an import that was killed in the middle goes on behind its last page, and nothing is there twice', async () => {
  await withFolder(async (folder) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../fixtures/import.child.ts'), folder])
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])

    const open = await wholeApp.open({ folder, environment: {} })
    const before = await open.callOrThrow(countFlights, {})
    expect(before.flights).toBeGreaterThan(0)
    expect(before.flights).toBeLessThan(20_000)
    expect(before.flights % 1000).toBe(0)
    const { files: finished } = await open.callOrThrow(listFiles, {})
    expect(finished.map(({ name }) => name)).toEqual(['airports.csv'])

    await open.start()
    expect(await open.callOrThrow(countFlights, {})).toEqual({ flights: 20_000 })
    expect(await open.ports.deadLetters.list({ tenant: 'main', limit: 1000 })).toHaveLength(50)
    const pages = await eventsOf(open).read({ on: [PageImported], limit: 1000 })
    const begun = pages.filter(({ data }) => data.file === 'flights-20k.json').map(({ data }) => data.first)
    expect(begun).toEqual(Array.from({ length: 20 }, (_, page) => page * 1000))
    await open.close()
  })
})
