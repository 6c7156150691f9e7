import { type DeadLetter, formatErrorKey, type OpenApp } from 'heddle'
import { expect, test } from 'vitest'
import { countFlights } from '../count-flights.ts'
import { findFlights } from '../find-flights.ts'
import { sliceFlights, withFolder, withImport } from '../fixtures/slice.ts'
import { importFlight } from './import-flight.ts'
import { listFiles } from './list-files.ts'
import { listRefusedRows } from './list-refused-rows.ts'

/** Why each row of flights-broken.ndjson is refused. */
const reasons: readonly (readonly [row: number, what: string, ...keys: string[]])[] = [
  [1, 'a delay in words', 'data/flight/delay:InvalidType'],
  [2, 'a number as text', 'data/flight/delay:InvalidType'],
  [3, 'half a minute', 'data/flight/delay:InvalidType'],
  [4, 'a null delay', 'data/flight/delay:InvalidType'],
  [5, 'yes for a delay', 'data/flight/delay:InvalidType'],
  [6, 'a date in milliseconds', 'data/flight/date:InvalidType'],
  [7, 'an object for an airport', 'data/flight/origin:InvalidType'],
  [8, 'a missing field', 'data/flight/destination:InvalidType'],
  [
    9,
    'an empty object',
    ...['date', 'delay', 'distance', 'origin', 'destination'].map((f) => `data/flight/${f}:InvalidType`),
  ],
  [10, 'an unknown field', 'data/flight:UnrecognizedKeys'],
  [11, 'a field in capitals', 'data/flight/delay:InvalidType', 'data/flight:UnrecognizedKeys'],
  [
    12,
    'a flight in a wrapper',
    ...['date', 'delay', 'distance', 'origin', 'destination'].map((f) => `data/flight/${f}:InvalidType`),
    'data/flight:UnrecognizedKeys',
  ],
  [13, 'null', 'data/flight:InvalidType'],
  [14, 'a list', 'data/flight:InvalidType'],
  [15, 'a text', 'data/flight:InvalidType'],
  [16, 'a negative distance', 'data/flight/distance:TooSmall'],
  [17, 'more than half way round the earth', 'data/flight/distance:TooBig'],
  [18, 'a delay of months', 'data/flight/delay:TooBig'],
  [19, 'hours too early', 'data/flight/delay:TooSmall'],
  [20, 'a flight before there were planes', 'data/flight/date:TooSmall'],
  [21, 'a flight in 200 years', 'data/flight/date:TooBig'],
  [22, 'the 30th of February', 'data/flight/date:InvalidString'],
  [23, 'the 13th month', 'data/flight/date:InvalidString'],
  [24, 'the 26th hour', 'data/flight/date:InvalidString'],
  [25, 'a date in another order', 'data/flight/date:InvalidString'],
  [26, 'a date without a time', 'data/flight/date:InvalidString'],
  [27, 'an airport that does not exist', 'data/flight/origin:NotFound'],
  [28, 'an airport by its ICAO code', 'data/flight/destination:NotFound'],
  [29, 'an airport in small letters', 'data/flight/origin:InvalidString'],
  [30, 'an airport with a space behind', 'data/flight/origin:InvalidString'],
  [31, 'an empty airport', 'data/flight/origin:InvalidString'],
  [32, 'a Cyrillic letter that looks like an A', 'data/flight/origin:InvalidString'],
  [33, 'a NUL character', 'data/flight/origin:InvalidString'],
  [34, 'a flight that ends where it began', 'domain/flight/destination:SameAirport'],
  [35, 'a distance with two digits exchanged', 'domain/flight/distance:ImplausibleDistance'],
  [36, 'a key twice', 'data/delay:DuplicateKey'],
  [37, 'a key twice, once in other characters', 'data/delay:DuplicateKey'],
  [38, 'an unsafe integer', 'data/distance:UnsafeInteger'],
  [39, '__proto__', 'data/__proto__:ForbiddenKey'],
  [40, 'half of a surrogate pair', 'data/origin:LoneSurrogate'],
  [41, 'a row of 4 KiB', 'data:TooLarge'],
  [42, 'lists in lists', formatErrorKey({ via: [], category: 'data', path: Array(64).fill(0), code: 'TooDeep' })],
  [43, 'an empty line', 'data:MalformedInput'],
  [44, 'a row that was cut off', 'data:MalformedInput'],
  [45, 'a comma at the end', 'data:MalformedInput'],
  [46, 'NaN', 'data/delay:MalformedInput'],
  [47, 'CSV', 'data:MalformedInput'],
  [48, 'a byte order mark', 'data:MalformedInput'],
  [49, 'Latin-1', 'data:MalformedInput'],
  [50, 'UTF-16', 'data:MalformedInput'],
]

const letters = async (open: OpenApp) => await open.ports.deadLetters.list({ tenant: 'main', limit: 1000 })
const keysOf = ({ errors }: DeadLetter) => errors.map(({ key }) => key)

test('each of the 50 broken rows becomes one dead letter that says why, and a second start changes nothing', async () => {
  await withFolder(async (folder) => {
    const first = await withImport(folder, async (open) => {
      const found = await letters(open)
      expect(found.map((letter) => [letter.origin, ...keysOf(letter)])).toEqual(
        reasons.map(([row, , ...keys]) => [`flights-broken.ndjson:${row}`, ...keys]),
      )
      expect(new Set(found.map(({ command }) => command))).toEqual(new Set(['flights.ImportFlight']))
      expect(await open.callOrThrow(countFlights, {})).toEqual({ flights: sliceFlights.length })
      const { rows } = await open.callOrThrow(listRefusedRows, {})
      expect(rows.map(({ origin, error }) => [origin, error])).toEqual(
        found.map((letter) => [letter.origin, keysOf(letter)[0]]),
      )
      return found
    })
    await withImport(folder, async (open) => {
      expect(await letters(open)).toEqual(first)
      expect(await open.callOrThrow(countFlights, {})).toEqual({ flights: sliceFlights.length })
      const { files } = await open.callOrThrow(listFiles, {})
      expect(files.map(({ name, rows, refused }) => [name, rows, refused])).toEqual([
        ['airports.csv', 3376, 0],
        ['flights-20k.json', 800, 0],
        ['flights-broken.ndjson', 50, 50],
      ])
    })
  })
})

test('a letter that was dropped does not come back', async () => {
  await withFolder(async (folder) => {
    await withImport(folder, async (open) => {
      const [first] = await letters(open)
      await open.ports.deadLetters.drop('main', [first!.id])
    })
    await withImport(folder, async (open) => expect(await letters(open)).toHaveLength(49))
  })
})

test('a flight is kept with a real date, and sending its row again is refused', async () => {
  await withFolder((folder) =>
    withImport(folder, async (open) => {
      const input = {
        file: 'more.ndjson',
        row: 1,
        flight: { date: '2004/02/29 00:00', delay: 0, distance: 337, origin: 'LAX', destination: 'SFO' },
      }
      expect(await open.call(importFlight, input)).toEqual({ ok: true, value: { id: 'more.ndjson:1' } })
      const again = await open.call(importFlight, input)
      expect(again.ok ? [] : again.errors.map(({ code }) => code)).toEqual(['NotUnique'])
      const { flights } = await open.callOrThrow(findFlights, { from: '2004-02-29' })
      expect(flights).toEqual([
        { id: 'more.ndjson:1', ...input.flight, date: new Date('2004-02-29T00:00Z'), day: '2004-02-29' },
      ])
    }),
  )
})

test('strangers may look, but only those with the permission import', async () => {
  await withFolder((folder) =>
    withImport(folder, async (open) => {
      const looked = await open.call(countFlights, {}, { as: null })
      expect(looked.ok).toBe(true)
      const refused = await open.callByName(importFlight.name, {}, { as: null })
      expect(refused.ok ? [] : refused.errors.map(({ code }) => code)).toEqual(['Unauthenticated'])
    }),
  )
})
