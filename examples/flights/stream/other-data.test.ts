import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type AnyEntity, app, databaseOf, memoryLog, sqlite, withOperations } from 'heddle'
import { expect, test } from 'vitest'
import { withFolder } from '../fixtures/slice.ts'
import { importAirport } from '../import/import-airport.ts'
import { Airport } from '../airport.ts'
import { delays, replayConfig } from './delays.ts'
import { otherData } from './other-data.ts'

const streaming = withOperations(
  app('flights', {
    database: sqlite(),
    config: replayConfig,
    parts: [Airport, importAirport, delays, otherData()],
  }),
)

const errors = [{ category: 'data', code: 'Torn', key: 'data:Torn', message: 'It is torn.' }] as never
const letter = (command: string) => ({ tenant: 'main', command, input: 0, errors })
/** More rows than are removed at a time. */
const rowCount = 1200

test('where other flights are streamed than before, rows and dead letters of those are removed, and it is said', () =>
  withFolder(async (folder) => {
    const open = await streaming.open({ folder, config: { speed: '1m/s' }, ports: { log: memoryLog() } })
    try {
      const { table, codec } = open.parts.find(({ name }) => name === 'flights.AirportDays') as AnyEntity
      const database = databaseOf(open.ports, open.name)
      const writes = Array.from({ length: rowCount }, (_, number) => {
        const day = { city: 'Rome', flights: 1, late: 0, mean: 1, worst: 1, start: new Date(0), end: new Date(1) }
        const values = codec.encode({ ...day, rowKey: `x${number}`, key: 'x' } as never)
        return { kind: 'put' as const, table, values }
      })
      expect(await database.commit({ tenant: 'main', checks: [], writes })).toBeUndefined()
      expect(await database.count(table, 'main', undefined)).toBe(rowCount)
      const { deadLetters } = open.ports
      await deadLetters.add([letter('flights.Delays/source'), letter('flights.Delays/hours'), letter('flights.Other')])
      await writeFile(join(folder, 'streamed-flights'), '3m')

      const said = await open.start()
      expect(said.join('\n')).toContain(
        'Other flights are streamed than before (20k, not 3m): the results of those were removed, 1,200 rows and 2 dead letters',
      )
      expect(await database.count(table, 'main', undefined)).toBe(0)
      expect((await deadLetters.list({ tenant: 'main' })).map(({ command }) => command)).toEqual(['flights.Other'])
      expect(await readFile(join(folder, 'streamed-flights'), 'utf8')).toBe('20k')
      const status = await open.callByName('flights.Delays', {})
      expect(status).toMatchObject({ ok: true, value: { state: 'running' } })
    } finally {
      await open.close()
    }

    const again = await streaming.open({ folder, config: { speed: '1m/s' }, ports: { log: memoryLog() } })
    try {
      expect((await again.start()).join('\n')).not.toContain('removed')
    } finally {
      await again.close()
    }
  }))
