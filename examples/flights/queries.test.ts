import type { InputFor, OpenApp } from 'heddle'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countFlights } from './count-flights.ts'
import { delaysByAirport } from './delays-by-airport.ts'
import { findFlights } from './find-flights.ts'
import { type FileFlight, sliceApp, sliceFlights, withFolder } from './fixtures/slice.ts'
import { getAirport } from './get-airport.ts'
import { getFlight } from './get-flight.ts'
import { worstRoutes } from './worst-routes.ts'

let open: OpenApp
let release = () => {}
const folderInUse = Promise.withResolvers<string>()
const removed = withFolder((folder) => {
  folderInUse.resolve(folder)
  return new Promise<void>((resolve) => (release = resolve))
})

beforeAll(async () => {
  open = await sliceApp.open({ folder: await folderInUse.promise, environment: {} })
  await open.start()
})
afterAll(async () => {
  await open.close()
  release()
  await removed
})

const dayOf = ({ date }: FileFlight) => date.slice(0, 10).replaceAll('/', '-')

/** What plain JavaScript makes of the file, to compare with. */
const asAnswered = (flight: FileFlight) => ({
  ...flight,
  date: new Date(`${dayOf(flight)}T${flight.date.slice(11)}Z`),
  day: dayOf(flight),
})

function statistics(group: readonly FileFlight[]) {
  const delays = group.map(({ delay }) => delay).sort((left, right) => left - right)
  const nearestRank = (share: number) => delays.find((_, index) => (index + 1) / delays.length >= share)
  return {
    flights: delays.length,
    mean: Math.round((delays.reduce((sum, delay) => sum + delay, 0) / delays.length) * 10) / 10,
    median: nearestRank(0.5),
    p90: nearestRank(0.9),
  }
}

const filters: readonly [string, InputFor<typeof findFlights>, (flight: FileFlight) => boolean][] = [
  ['nothing', {}, () => true],
  ['an origin', { origin: 'LAX' }, ({ origin }) => origin === 'LAX'],
  ['a destination', { destination: 'PHX' }, ({ destination }) => destination === 'PHX'],
  ['both', { origin: 'LAX', destination: 'PHX' }, (flight) => flight.origin === 'LAX' && flight.destination === 'PHX'],
  ['a first day', { from: '2001-01-02' }, (flight) => dayOf(flight) >= '2001-01-02'],
  ['a last day', { to: '2001-01-02' }, (flight) => dayOf(flight) <= '2001-01-02'],
  ['one day', { from: '2001-01-03', to: '2001-01-03' }, (flight) => dayOf(flight) === '2001-01-03'],
  ['a delay', { minDelay: 60 }, ({ delay }) => delay >= 60],
  ['a negative delay and an origin', { origin: 'DFW', minDelay: -5 }, (f) => f.origin === 'DFW' && f.delay >= -5],
]

test.each(filters)('flights are found by %s as plain JavaScript finds them', async (_, input, passes) => {
  const { flights } = await open.callOrThrow(findFlights, { ...input, limit: 1000 })
  const wanted = sliceFlights.filter(passes).map(asAnswered)
  expect(wanted.length).toBeGreaterThan(0)
  expect(flights.toSorted(byId)).toEqual(wanted.sort(byId))
})

const byId = (left: { id: string }, right: { id: string }) => (left.id < right.id ? -1 : 1)

test.each(['date', 'delay', 'distance'] as const)(
  'pages by %s give every flight once and in order, in both directions',
  async (orderBy) => {
    const ascending = sliceFlights
      .filter(({ origin }) => origin !== 'LAX')
      .map(asAnswered)
      .sort((left, right) => Number(left[orderBy]) - Number(right[orderBy]) || byId(left, right))
    for (const descending of [false, true]) {
      const ids: string[] = []
      let cursor: string | undefined
      do {
        const page = await open.callOrThrow(findFlights, { orderBy, descending, limit: 37, cursor })
        expect(page.flights.length).toBeLessThanOrEqual(37)
        ids.push(...page.flights.filter(({ origin }) => origin !== 'LAX').map(({ id }) => id))
        cursor = page.next
      } while (cursor !== undefined)
      const wanted = ascending.map(({ id }) => id)
      expect(ids).toEqual(descending ? wanted.reverse() : wanted)
    }
  },
)

test('a cursor of another order is refused', async () => {
  const { next } = await open.callOrThrow(findFlights, { orderBy: 'delay', limit: 1 })
  const outcome = await open.call(findFlights, { orderBy: 'date', cursor: next })
  expect(outcome.ok ? [] : outcome.errors.map(({ code }) => code)).toEqual(['MalformedInput'])
})

test('delays by airport and day are those that plain JavaScript counts', async () => {
  const groups = Map.groupBy(sliceFlights, (flight) => `${flight.origin} ${dayOf(flight)}`)
  const wanted = [...groups]
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, group]) => {
      const [airport, day] = key.split(' ')
      return { airport, day, ...statistics(group) }
    })
  const { days } = await open.callOrThrow(delaysByAirport, { limit: 10_000 })
  expect(days).toEqual(wanted)

  const some = await open.callOrThrow(delaysByAirport, {
    airport: 'ORD',
    from: '2001-01-02',
    to: '2001-01-03',
    minFlights: 2,
  })
  expect(some.days).toEqual(
    wanted.filter(
      ({ airport, day, flights }) => airport === 'ORD' && day! >= '2001-01-02' && day! <= '2001-01-03' && flights >= 2,
    ),
  )
  expect(some.days).not.toEqual([])
})

test('the worst routes are those with the highest mean delay, of those with enough flights', async () => {
  const groups = [...Map.groupBy(sliceFlights, ({ origin, destination }) => `${origin} ${destination}`)]
  const wanted = groups
    .map(([key, group]) => {
      const [origin, destination] = key.split(' ')
      const delay = group.reduce((sum, flight) => sum + flight.delay, 0)
      return { key, mean: delay / group.length, route: { origin, destination, ...statistics(group) } }
    })
    .filter(({ route }) => route.flights >= 2)
    .sort((left, right) => right.mean - left.mean || (left.key < right.key ? -1 : 1))
    .map(({ route }) => route)
  const { routes } = await open.callOrThrow(worstRoutes, { minFlights: 2, limit: 15 })
  expect(routes).toHaveLength(15)
  expect(routes).toEqual(wanted.slice(0, 15))
})

test('flights are counted by route', async () => {
  expect(await open.callOrThrow(countFlights, {})).toEqual({ flights: 800 })
  const fromLax = sliceFlights.filter(({ origin }) => origin === 'LAX').length
  expect(await open.callOrThrow(countFlights, { origin: 'LAX' })).toEqual({ flights: fromLax })
})

test('one flight comes with its two airports', async () => {
  const { id, origin, destination } = sliceFlights[16]!
  const flight = await open.callOrThrow(getFlight, { flight: id })
  expect(flight).toMatchObject({ id, origin: { iata: origin }, destination: { iata: destination } })
  expect(await open.callOrThrow(getAirport, { airport: origin })).toEqual(flight.origin)
})

test('an airport that nobody knows is an input error with its path', async () => {
  const outcome = await open.call(getAirport, { airport: 'ZZZ' })
  expect(outcome.ok ? [] : outcome.errors.map(({ key }) => key)).toEqual(['data/airport:NotFound'])
})

test('what the file does not know of an airport is missing', async () => {
  const airport = await open.callOrThrow(getAirport, { airport: 'MQT' })
  expect(airport).toEqual({
    iata: 'MQT',
    name: 'Marquette County Airport',
    country: 'USA',
    latitude: 46.353639,
    longitude: -87.395361,
  })
})
