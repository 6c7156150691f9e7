import { type InputFor, type OpenApp, type Outcome, type Part, postgres, sqlite } from 'heddle'
import { expect, test } from 'vitest'
import { freshDatabase } from '../../scripts/services/fresh-database.ts'
import { countFlights } from './count-flights.ts'
import { delaysByAirport } from './delays-by-airport.ts'
import { findFlights } from './find-flights.ts'
import { sliceOn, withFolder } from './fixtures/slice.ts'
import { getAirport } from './get-airport.ts'
import { getFlight } from './get-flight.ts'
import { importFlight } from './import/import-flight.ts'
import { listFiles } from './import/list-files.ts'
import { listNewFiles } from './import/list-new-files.ts'
import { listRefusedRows } from './import/list-refused-rows.ts'
import { worstRoutes } from './worst-routes.ts'

/** Everything that the app can be asked, and some of what it refuses. */
async function answers(open: OpenApp): Promise<unknown[]> {
  const { flights, next } = await open.callOrThrow(findFlights, { orderBy: 'delay', limit: 20 })
  const outcomes: Outcome<unknown, { code: string }>[] = [
    await open.call(countFlights, {}),
    await open.call(countFlights, { origin: 'LAX' }),
    ...(await Promise.all(
      (['date', 'delay', 'distance'] as const).flatMap((orderBy) =>
        [true, false].map((descending) => open.call(findFlights, { orderBy, descending, limit: 50 })),
      ),
    )),
    await open.call(findFlights, { orderBy: 'delay', limit: 20, cursor: next }),
    await open.call(findFlights, { orderBy: 'date', cursor: next }),
    await open.call(findFlights, { origin: 'LAX', minDelay: -5, from: '2001-01-02', limit: 1000 }),
    await open.call(delaysByAirport, { limit: 10_000 }),
    await open.call(worstRoutes, { minFlights: 2, limit: 50 }),
    await open.call(getFlight, { flight: flights[0]!.id }),
    await open.call(getFlight, { flight: 'nowhere:1' }),
    await open.call(getAirport, { airport: 'LAX' }),
    await open.call(listFiles, {}),
    await open.call(listNewFiles, {}),
    await open.call(listRefusedRows, { limit: 1000 }),
    await open.call(importFlight, { file: 'new', row: 1, flight: flightLike(flights[0]!, { delay: 7 }) }),
    await open.call(importFlight, { file: 'new', row: 1, flight: flightLike(flights[0]!, { origin: 'XXX' }) }),
  ]
  return outcomes.map((outcome) =>
    outcome.ok
      ? withoutTimes(outcome.value)
      : outcome.errors.map(({ code, ...error }) => [code, JSON.stringify(error)]),
  )
}

type Flight = NonNullable<InputFor<typeof importFlight>['flight']>
const flightLike = (
  { origin, destination, delay, distance }: Omit<Flight, 'date'>,
  changes: Partial<Flight>,
): Flight => ({
  origin,
  destination,
  delay,
  distance,
  date: '2001/01/14 21:55',
  ...changes,
})

/** When something was kept differs from run to run. */
const changing = new Set(['finishedAt', 'at'])
const withoutTimes = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (key, inner: unknown) => (changing.has(key) ? '' : inner)))

const answersOn = (database: Part) =>
  withFolder(async (folder) => {
    const open = await sliceOn(database).open({ folder, environment: {} })
    try {
      await open.start()
      return await answers(open)
    } finally {
      await open.close()
    }
  })

test('the same calls have the same outcomes on SQLite and on PostgreSQL', { timeout: 120_000 }, async () => {
  const onPostgres = await answersOn(postgres(await freshDatabase()))
  const onSqlite = await answersOn(sqlite())
  expect(onPostgres).toEqual(onSqlite)
  expect(onSqlite.length).toBeGreaterThan(20)
})
