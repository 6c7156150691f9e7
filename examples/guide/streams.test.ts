import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AnyCommand, app, job, listSource, type OpenApp, parsePlan, type Part, sqlite } from 'heddle'
import { collectSink, type JobStatus } from 'heddle/stream'
import { runJob } from 'heddle/stream/testing'
import { afterEach, expect, test } from 'vitest'
import { departuresByHour, flightTimes, reports, sameInCode, showOperator } from './streams.ts'

const patient = { timeout: 10_000 }
const opened: OpenApp[] = []
const folders: string[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-streams-'))
  folders.push(folder)
  return folder
}

const lines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')
const departure = (flight: string, time: string, delay: number) => {
  const origin = flight.startsWith('D') ? 'ATL' : 'SFO'
  return { flight, origin, delay, at: `2026-03-01T${time}:00Z` }
}
const departures = [
  departure('D1', '08:10', 5),
  departure('U1', '08:30', 70),
  departure('D2', '08:50', 15),
  departure('U2', '09:10', 80),
  departure('U3', '09:20', 90),
  departure('X1', '09:30', 0),
]

async function open(parts: readonly (Part | AnyCommand)[], folder = newFolder()) {
  const running = await app('flights', { parts, database: sqlite() }).open({
    folder: join(folder, 'data'),
    root: folder,
  })
  opened.push(running)
  await running.start()
  return running
}

async function valueOf<Value>(running: OpenApp, name: string, input: unknown = {}): Promise<Value> {
  const outcome = await running.callByName(name, input)
  if (!outcome.ok) throw new Error(outcome.errors[0]!.message)
  return outcome.value as Value
}
const rowsOf = async (running: OpenApp, name: string) =>
  (await valueOf<{ records: Record<string, unknown>[] }>(running, name, { limit: 100 })).records
const statusOf = (running: OpenApp, name: string) => valueOf<JobStatus>(running, 'heddle.ShowJob', { job: name })
const untilState = (running: OpenApp, name: string, state: string) =>
  expect.poll(async () => (await statusOf(running, name)).state, patient).toBe(state)

test.each([
  ['of a file', departuresByHour],
  ['in code', sameInCode],
])('the plan %s counts departures by airport and hour', async (_where, counted) => {
  const folder = newFolder()
  writeFileSync(join(folder, 'departures.ndjson'), lines(departures))
  const running = await open([counted], folder)
  await untilState(running, 'flights.DeparturesByHour', 'ended')
  const rows = await rowsOf(running, 'flights.FindAirportHours')
  expect(rows.map(({ origin, flights, mean }) => [origin, flights, mean])).toEqual([
    ['ATL', 2, 10],
    ['SFO', 1, 70],
    ['SFO', 3, expect.closeTo(56.67, 1)],
  ])
})

test('a record that cannot be read is a dead letter that says where it stands', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'departures.ndjson'), `${lines(departures.slice(0, 1))}{"flight":"D9"}\n`)
  const running = await open([departuresByHour], folder)
  await untilState(running, 'flights.DeparturesByHour', 'ended')
  expect(await running.ports.deadLetters.list({ tenant: 'main' })).toMatchObject([
    { command: 'flights.DeparturesByHour/source', origin: 'departures.ndjson:2' },
  ])
})

test('a day is told once it is over, told anew for late reports, and reports after that go aside', async () => {
  const folder = newFolder()
  const running = await open([reports], folder)
  const push = (...records: unknown[]) => valueOf(running, 'flights.PushReports', { records })
  const read = (records: number) =>
    expect.poll(async () => (await statusOf(running, 'flights.Reports')).sources[0]!.records, patient).toBe(records)
  const day = async () =>
    (await rowsOf(running, 'flights.FindAirportDays')).map(({ flights, worst }) => [flights, worst])
  const nextDay = (flight: string, time: string) => ({ ...departure(flight, time, 0), at: `2026-03-02T${time}:00Z` })

  await push(departure('D1', '08:10', 5), departure('D1', '08:10', 5), departure('D2', '23:50', 15))
  await push(nextDay('D3', '00:10'))
  await read(4)
  expect(await day()).toEqual([])

  await push(nextDay('D4', '00:30')) // The watermark is at 00:10.
  await expect.poll(day, patient).toEqual([[2, 15]])
  await push(departure('D5', '09:00', 60))
  await expect.poll(day, patient).toEqual([[3, 60]])
  expect(await valueOf(running, 'flights.ShowToday')).toMatchObject({ rows: [{ value: { flights: 3 } }] })

  await push(nextDay('D6', '03:00'), departure('D7', '10:00', 90))
  const missed = () => rowsOf(running, 'flights.FindMissedReports')
  await expect.poll(missed, patient).toMatchObject([{ flight: 'D7', delay: 90 }])
  expect(await day()).toEqual([[3, 60]])
  const { steps, guarantee } = await statusOf(running, 'flights.Reports')
  expect(steps.find(({ step }) => step === 'daily')).toMatchObject({ late: 1 })
  expect(guarantee).toBe('exactly once')
})

test('departures find their landings, a command is asked about each, and three in a row are found', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'departures.ndjson'), lines(departures))
  const landing = (flight: string, time: string) => ({ flight, at: `2026-03-01T${time}:00Z` })
  writeFileSync(
    join(folder, 'landings.ndjson'),
    lines([landing('U1', '10:00'), landing('D1', '10:30'), landing('X1', '11:00')]),
  )
  const running = await open([showOperator, flightTimes], folder)
  await untilState(running, 'flights.FlightTimes', 'ended')
  // Which source is read first is not fixed, and so is the order of the pairs.
  const times = readFileSync(join(folder, 'times.ndjson'), 'utf8').trim().split('\n').toSorted()
  expect(times.map((line) => JSON.parse(line) as unknown)).toEqual([
    { flight: 'D1', left: '2026-03-01T08:10:00.000Z', landed: '2026-03-01T10:30:00.000Z', operator: { name: 'Delta' } },
    {
      flight: 'U1',
      left: '2026-03-01T08:30:00.000Z',
      landed: '2026-03-01T10:00:00.000Z',
      operator: { name: 'United' },
    },
  ])
  expect(await rowsOf(running, 'flights.FindLateRows')).toMatchObject([{ origin: 'SFO', flights: ['U1', 'U2', 'U3'] }])
  expect(await running.ports.deadLetters.list({ tenant: 'main' })).toMatchObject([
    { command: 'flights.FlightTimes/operated', input: { flight: 'X1' }, errors: [{ code: 'UnknownFlight' }] },
  ])
})

test('a job that has ended is reset, and reads its source anew', async () => {
  const folder = newFolder()
  writeFileSync(join(folder, 'departures.ndjson'), lines(departures))
  const running = await open([departuresByHour], folder)
  await untilState(running, 'flights.DeparturesByHour', 'ended')
  const before = await rowsOf(running, 'flights.FindAirportHours')
  const pipeline = { pipeline: 'flights.DeparturesByHour' }
  await valueOf(running, 'heddle.ResetJob', pipeline)
  await valueOf(running, 'heddle.ResumeJob', pipeline)
  await expect.poll(async () => (await statusOf(running, pipeline.pipeline)).sources[0]!.records, patient).toBe(6)
  await untilState(running, pipeline.pipeline, 'ended')
  expect(await rowsOf(running, 'flights.FindAirportHours')).toEqual(before)
})

test('more dead letters than the error budget stop the job, and it says so', async () => {
  const plan = readFileSync(new URL('./streams/reports.yaml', import.meta.url), 'utf8')
  const folder = newFolder()
  const path = join(folder, 'reports.yaml')
  const from = 'http: {} # flights.PushReports { records: […] }'
  expect(plan).toContain(from)
  writeFileSync(path, plan.replace(from, 'file: reports.ndjson'))
  writeFileSync(join(folder, 'reports.ndjson'), 'no JSON\n'.repeat(101))
  const running = await open([job(pathToFileURL(path))], folder)
  await untilState(running, 'flights.Reports', 'failed')
  const { because } = await statusOf(running, 'flights.Reports')
  expect(because).toMatch(/^flights.Reports had more than 100 dead letters within 60 s\. Look at its dead letters/)
  expect(await running.ports.deadLetters.list({ tenant: 'main', limit: 200 })).toHaveLength(101)
})

test('a plan that is edited goes on with its state, and a window that does not fit is refused', async () => {
  const plan = readFileSync(new URL('./streams/reports.yaml', import.meta.url), 'utf8')
  const folder = newFolder()
  const path = join(folder, 'reports.yaml')
  writeFileSync(path, plan)
  const running = await open([job(pathToFileURL(path))], folder)
  const push = (...records: unknown[]) => valueOf(running, 'flights.PushReports', { records })
  const read = (records: number) =>
    expect.poll(async () => (await statusOf(running, 'flights.Reports')).sources[0]!.records, patient).toBe(records)
  await push(departure('D1', '08:10', 5), departure('D2', '09:10', 15))
  await read(2)

  writeFileSync(path, plan.replace('  - id: daily', '  - { id: real, filter: it.delay < 1000 }\n  - id: daily'))
  expect(await running.callByName('heddle.ReloadPipelines', {})).toMatchObject({ ok: true })
  await push(departure('D3', '10:10', 20), { ...departure('D4', '00:00', 0), at: '2026-03-02T01:00:00Z' })
  const days = async () => (await rowsOf(running, 'flights.FindAirportDays')).map(({ flights }) => flights)
  await expect.poll(days, patient).toEqual([3])

  writeFileSync(path, plan.replace('lateness: 1h', 'lateness: 2h'))
  expect(await running.callByName('heddle.ReloadPipelines', {})).toMatchObject({ ok: true })

  writeFileSync(path, plan.replace('tumbling: 1d', 'tumbling: 1h'))
  const refused = await running.callByName('heddle.ReloadPipelines', {})
  expect(refused).toMatchObject({ ok: false, errors: [{ code: 'PlanRefused' }] })
  expect(JSON.stringify(refused)).toContain(
    'reports.yaml:12:5 The state of \\"daily\\" does not fit: Settings that shape its state changed: ' +
      'size 1d → 1h. It cannot be built anew: the source \\"http\\" cannot be read ' +
      'from its beginning again. Give the step another id',
  )
  expect((await statusOf(running, 'flights.Reports')).state).toBe('running')
})

test('a window of another size is built anew where the source can be read again', async () => {
  const plan = readFileSync(new URL('./streams/departures-by-hour.yaml', import.meta.url), 'utf8')
  const folder = newFolder()
  const path = join(folder, 'departures-by-hour.yaml')
  writeFileSync(path, plan)
  const lines = [departure('D1', '08:10', 5), departure('D2', '09:10', 15), departure('D3', '10:10', 20)]
  writeFileSync(join(folder, 'departures.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const running = await open([job(pathToFileURL(path))], folder)
  const hours = async () => (await rowsOf(running, 'flights.FindAirportHours')).map(({ flights }) => flights)
  await expect.poll(hours, patient).toEqual([1, 1, 1])
  await untilState(running, 'flights.DeparturesByHour', 'ended')

  writeFileSync(path, plan.replace('tumbling: 1h', 'tumbling: 2h'))
  const notes = [expect.stringContaining('The state of "hourly" is built anew beside the running job')]
  const outcome = await running.callByName('heddle.ReloadPipelines', {})
  expect(outcome).toMatchObject({ ok: true, value: { pipelines: [{ runs: { notes } }] } })
  await valueOf(running, 'heddle.ResumeJob', { pipeline: 'flights.DeparturesByHour' })
  await expect.poll(hours, patient).toEqual([2, 1])
})

test('a job goes on where it was when the app is started again', async () => {
  const folder = newFolder()
  const first = await open([reports], folder)
  await valueOf(first, 'flights.PushReports', { records: [departure('D1', '08:10', 5)] })
  await first.close()
  const again = await open([reports], folder)
  const nextDay = { ...departure('D2', '00:00', 0), at: '2026-03-02T01:00:00Z' }
  await valueOf(again, 'flights.PushReports', { records: [departure('D1', '08:10', 5), nextDay] })
  const days = async () => (await rowsOf(again, 'flights.FindAirportDays')).map(({ flights }) => flights)
  await expect.poll(days, patient).toEqual([1])
})

test('a live view is followed', async () => {
  const running = await open([reports])
  const leaving = new AbortController()
  const told: unknown[] = []
  const following = running.callByName(
    'flights.WatchToday',
    {},
    {
      signal: leaving.signal,
      onItem(item) {
        told.push(item)
        if ((item as { set: unknown[] }).set.length > 0) leaving.abort()
      },
    },
  )
  const nextDay = { ...departure('D2', '00:00', 0), at: '2026-03-02T01:00:00Z' }
  await valueOf(running, 'flights.PushReports', { records: [departure('D1', '08:10', 5), nextDay] })
  await following
  expect(told).toMatchObject([{ set: [], gone: [] }, { set: [{ key: 'ATL', value: { flights: 1 } }] }])
})

test('a result that is told anew withdraws the one before', async () => {
  const plan = readFileSync(new URL('./streams/reports.yaml', import.meta.url), 'utf8')
  const out = collectSink()
  const given = [
    departure('D1', '08:10', 5),
    departure('D2', '23:50', 15),
    { ...departure('D3', '00:00', 0), at: '2026-03-02T00:30:00Z' },
    departure('D4', '09:00', 60),
  ]
  const parsed = parsePlan(
    plan
      .replace(/http: .*/, 'given: reports')
      .replace(/^sinks:[^]*?(?=^checkpoint)/m, 'sink: { from: daily, given: out }\n'),
  )
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const dates = given.map((one) => ({ ...one, at: new Date(one.at) }))
  await runJob(job(parsed.plan, { sources: { reports: listSource(dates) }, sinks: { out } }))
  const first = out.records.slice(0, 3)
  expect(first.map(({ weight, value }) => [weight, value])).toMatchObject([
    [1, { origin: 'ATL', flights: 2, worst: 15 }],
    [-1, { origin: 'ATL', flights: 2, worst: 15 }],
    [1, { origin: 'ATL', flights: 3, worst: 60 }],
  ])
})

test('a job whose state file is gone rests, and begins anew when it is reset', async () => {
  const folder = newFolder()
  const first = await open([reports], folder)
  await valueOf(first, 'flights.PushReports', { records: [departure('D1', '08:10', 5)] })
  await expect.poll(async () => (await statusOf(first, 'flights.Reports')).epoch, patient).toBeGreaterThan(0)
  await first.close()
  rmSync(join(folder, 'data', 'jobs'), { recursive: true })
  const again = await open([reports], folder)
  await untilState(again, 'flights.Reports', 'failed')
  expect((await statusOf(again, 'flights.Reports')).because).toContain('does not hold the epoch')
  await valueOf(again, 'heddle.ResetJob', { pipeline: 'flights.Reports' })
  await valueOf(again, 'heddle.ResumeJob', { pipeline: 'flights.Reports' })
  await untilState(again, 'flights.Reports', 'running')
  await expect.poll(async () => (await statusOf(again, 'flights.Reports')).sources[0]!.records, patient).toBe(1)
})

test.each(['streams/departures-by-hour.yaml', 'streams/reports.yaml', 'streams/flight-times.yaml'])(
  '%s promises exactly once',
  (file) => {
    const made = job(new URL(file, import.meta.url), { commands: [showOperator] })
    expect(made.describe()).toMatchObject({ guarantee: { level: 'exactly once' } })
  },
)

test('a paused job is put back to an earlier checkpoint', async () => {
  const running = await open([reports])
  const pipeline = { pipeline: 'flights.Reports' }
  const push = (...records: unknown[]) => valueOf(running, 'flights.PushReports', { records })
  const epochs = async () => (await statusOf(running, 'flights.Reports')).epoch
  await push(departure('D1', '08:10', 5))
  await expect.poll(epochs, patient).toBe(1)
  await push(departure('D2', '09:10', 5))
  await expect.poll(epochs, patient).toBe(2)
  await valueOf(running, 'heddle.PauseJob', pipeline)
  await untilState(running, 'flights.Reports', 'paused')
  const { checkpoints } = await valueOf<{ checkpoints: object[] }>(running, 'heddle.ListCheckpoints', pipeline)
  expect(checkpoints).toMatchObject([{ epoch: 2, isCurrent: true }, { epoch: 1 }])
  await valueOf(running, 'heddle.RestoreJob', { ...pipeline, epoch: 1 })
  expect((await statusOf(running, 'flights.Reports')).sources).toMatchObject([{ records: 1 }])
  await valueOf(running, 'heddle.ResumeJob', pipeline)
  const records = async () => (await statusOf(running, 'flights.Reports')).sources[0]!.records
  await expect.poll(records, patient).toBe(2)
})
