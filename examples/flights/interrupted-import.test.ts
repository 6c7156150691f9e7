import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { app, sqlite } from 'heddle'
import { expect, test } from 'vitest'
import { countFlights } from './count-flights.ts'
import { withFolder } from './fixtures/slice.ts'
import * as flights from './flights.ts'
import { files, importer } from './importer.ts'
import { listFiles } from './list-files.ts'
import { listRows } from './list-rows.ts'
import { refusedRows } from './refused-rows.ts'

const wholeApp = app('flights', {
  database: sqlite(),
  parts: [flights, refusedRows(), importer(files, { write() {} })],
})

test('an import that was killed in the middle goes on at the next start, and nothing is there twice', async () => {
  await withFolder(async (folder) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'fixtures/import.child.ts'), folder])
    expect(await once(child, 'exit')).toEqual([null, 'SIGKILL'])

    const open = await wholeApp.open({ folder, environment: {} })
    const before = await open.callOrThrow(listRows, { file: 'flights-20k.json' })
    expect(before.rows.length).toBeGreaterThan(0)
    expect(before.rows.length).toBeLessThan(20_000)
    const { files: finished } = await open.callOrThrow(listFiles, {})
    expect(finished.map(({ name }) => name)).toEqual(['airports.csv'])

    await open.start()
    expect(await open.callOrThrow(countFlights, {})).toEqual({ flights: 20_000 })
    const after = await open.callOrThrow(listRows, { file: 'flights-20k.json' })
    expect(new Set(after.rows).size).toBe(20_000)
    expect(await open.ports.deadLetters.list({ tenant: 'main', limit: 1000 })).toHaveLength(50)
    await open.close()
  })
})
