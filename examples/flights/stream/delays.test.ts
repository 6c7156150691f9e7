import { app, memoryLog, type OpenApp, sqlite } from 'heddle'
import { expect, test } from 'vitest'
import { withFolder } from '../fixtures/slice.ts'
import { importAirport } from '../import/import-airport.ts'
import { Airport } from '../airport.ts'
import { reportDelayMs } from './arrivals.ts'
import { delays, replayConfig } from './delays.ts'
import { type Departure, readDepartures } from './departures.ts'

const streaming = app('flights', {
  database: sqlite(),
  config: replayConfig,
  parts: [Airport, importAirport, delays],
})
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const ord = {
  iata: 'ORD',
  name: "Chicago O'Hare International",
  city: 'Chicago',
  state: 'IL',
  country: 'USA',
  latitude: 41.979595,
  longitude: -87.90446417,
}

interface Status {
  readonly state: string
  readonly letters: number
  readonly sources: readonly { readonly records: number; readonly unread: number }[]
  readonly steps: readonly { readonly step: string; readonly late: number; readonly emitted: number }[]
}

/** What plain JavaScript makes of the reports as they arrive: those that are in time, by window, and those that are not. */
async function inWindows(sizeMs: number, latenessMs: number, groupOf: (departure: Departure) => string) {
  const all: { departure: Departure; arrivesAt: number; row: number }[] = []
  for await (const page of readDepartures('20k', 0))
    for (const departure of page)
      all.push({ departure, row: all.length, arrivesAt: departure.at + reportDelayMs(all.length, 1) })
  all.sort((one, other) => one.arrivesAt - other.arrivesAt || one.row - other.row)
  const windows = new Map<string, Departure[]>()
  const late: Departure[] = []
  let watermark = -Infinity
  for (const { departure } of all) {
    const start = Math.floor(departure.at / sizeMs) * sizeMs
    const name = `${groupOf(departure)} ${new Date(start).toISOString()}`
    if (start + sizeMs - 1 + latenessMs <= watermark) late.push(departure)
    else windows.set(name, [...(windows.get(name) ?? []), departure])
    watermark = Math.max(watermark, departure.at - 20 * 60_000 - 1)
  }
  return { windows, late }
}

const meanOf = (departures: readonly Departure[]) =>
  departures.reduce((sum, { delay }) => sum + delay, 0) / departures.length

async function valueOf<Value>(open: OpenApp, name: string, input: unknown = {}): Promise<Value> {
  const outcome = await open.callByName(name, input, { as: { id: 'ann', permissions: ['heddle:operate'] } })
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.errors))
  return outcome.value as Value
}

test(
  'the job of the flights gives what a plain loop gives, counts what is late, and keeps the broken rows',
  { timeout: 60_000 },
  () =>
    withFolder(async (folder) => {
      const open = await streaming.open({ folder, config: { speed: 'max' }, ports: { log: memoryLog() } })
      await open.callOrThrow(importAirport, { file: 'airports.csv', row: 1, airport: ord })
      await open.start()
      const status = () => valueOf<Status>(open, 'flights.Delays')
      await expect.poll(async () => (await status()).state, { timeout: 40_000 }).toBe('ended')

      const hourly = await inWindows(hourMs, 0, () => '')
      const daily = await inWindows(dayMs, hourMs, ({ origin }) => origin)
      expect(hourly.late.length).toBeGreaterThan(20)
      const { steps, sources, letters } = await status()
      expect(sources).toMatchObject([{ records: 20_000, unread: 50 }])
      expect(letters).toBe(50)
      expect(steps.find(({ step }) => step === 'hourly')).toMatchObject({
        late: hourly.late.length,
        emitted: hourly.windows.size,
      })
      expect(steps.find(({ step }) => step === 'daily')).toMatchObject({ late: daily.late.length })

      const { rows } = await valueOf<{
        rows: { value: { start: string; flights: number; late: number; mean: number } }[]
      }>(open, 'flights.ShowHours', { limit: 500 })
      expect(rows).toHaveLength(500)
      for (const { value } of rows) {
        const departures = hourly.windows.get(` ${new Date(value.start).toISOString()}`)!
        expect(value).toMatchObject({
          flights: departures.length,
          late: departures.filter(({ delay }) => delay > 15).length,
        })
        expect(value.mean).toBeCloseTo(meanOf(departures), 9)
      }

      const { rows: late } = await valueOf<{ rows: { key: string }[] }>(open, 'flights.ShowTooLate')
      expect(late.map(({ key }) => key).toSorted()).toEqual(
        hourly.late
          .map(({ id }) => id)
          .slice(-100)
          .toSorted(),
      )
      await open.close()
    }),
)
