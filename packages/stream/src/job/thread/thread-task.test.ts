import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryLog, type OpenApp, toJson } from '@heddle/core'
import { databaseOf, putWrite } from '@heddle/data'
import { Decimal } from '@heddle/types/decimal'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  Airport,
  asked,
  asks,
  asksApp,
  busy,
  configured,
  configuredOut,
  diedOnce,
  dies,
  fromTopic,
  fromTopicOn,
  held,
  here,
  inSpans,
  isMarked,
  mark,
  narrow,
  priced,
  prices,
  room,
  spansOf,
  there,
  threadApp,
  toTopic,
} from '../../../fixtures/thread-jobs.ts'
import { job } from '../job.ts'
import type { JobStatus } from '../job-status.ts'
import { isJobInstance } from '../job-instance.ts'

/** A thread loads all that its app consists of. */
const slow = { timeout: 60_000 }

const opened: OpenApp[] = []
const folders: string[] = []
const newFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-thread-'))
  folders.push(folder)
  return folder
}
beforeEach(() => {
  process.env['HEDDLE_THREAD_MARKS'] = newFolder()
})
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

async function open(parts: Parameters<typeof threadApp>, log = memoryLog()) {
  const running = await threadApp(...parts).open({ folder: newFolder(), ports: { log } })
  opened.push(running)
  await running.start()
  return running
}
const valueOf = async <Value>(running: OpenApp, name: string, input: unknown = {}): Promise<Value> => {
  const outcome = (await running.callByName(name, input)) as { ok: boolean; value: Value; errors: unknown }
  expect(outcome, JSON.stringify(outcome.errors)).toMatchObject({ ok: true })
  return outcome.value
}
const statusOf = (running: OpenApp, job: string) => valueOf<JobStatus>(running, 'heddle.ShowJob', { job })
const resume = (running: OpenApp, job: string) => valueOf(running, 'heddle.ResumeJob', { pipeline: job })
const untilEnded = (running: OpenApp, job: string) =>
  expect.poll(async () => (await statusOf(running, job)).state, { timeout: 45_000 }).toBe('ended')
const taskOf = (running: OpenApp, job: string) =>
  running.parts.filter(isJobInstance).find(({ name }) => name === job)!.life?.task

test(
  'a job on a thread of its own leaves the rows that it leaves on that of the app, and counts the same',
  slow,
  async () => {
    const running = await open([there, here])
    await resume(running, 'flights.There')
    await resume(running, 'flights.Here')
    await untilEnded(running, 'flights.There')
    await untilEnded(running, 'flights.Here')
    const rows = await valueOf<{ records: object[] }>(running, 'flights.FindThereRows', { limit: 1000 })
    const same = await valueOf<{ records: object[] }>(running, 'flights.FindHereRows', { limit: 1000 })
    expect(rows.records.length).toBeGreaterThan(9)
    expect(rows.records).toEqual(same.records)
    const { job: _job, plan: _plan, sinks, epoch: _epoch, ...counted } = await statusOf(running, 'flights.There')
    const inApp = await statusOf(running, 'flights.Here')
    expect(counted).toMatchObject({ place: 'thread', sources: inApp.sources, steps: inApp.steps, letters: 0 })
    expect(sinks).toMatchObject([{ records: inApp.sinks[0]!.records }])
  },
)

test('decimals of a job on a thread are decimals in the sinks of the app', slow, async () => {
  const running = await open([prices])
  await resume(running, 'flights.Prices')
  await untilEnded(running, 'flights.Prices')
  const rows = await valueOf<{ records: object[] }>(running, 'flights.FindPriceRows', { limit: 10 })
  expect(toJson(rows.records)).toMatchObject([{ id: 1, price: '2.2' }])
  expect(priced.values).toEqual([{ id: 1, price: Decimal.read('2.2') }])
})

test(
  'steps of a job on a thread call commands and read entities of the app, and refusals keep their codes',
  slow,
  async () => {
    const running = await open([asks])
    const write = putWrite(Airport, { code: 'SFO', city: 'San Francisco' })
    await databaseOf(running.ports, 'flights').commit({ tenant: 'main', checks: [], writes: [write] })
    await resume(running, 'flights.Asks')
    await untilEnded(running, 'flights.Asks')
    type Asked = {
      id: number
      origin: string
      airport: object | null
      look: { thread: number; seen: Date }
      own: number
    }
    const values = asked.values as Asked[]
    expect(values).toHaveLength(36)
    expect(new Set(values.map(({ look: { thread } }) => thread))).toEqual(new Set([0]))
    expect(values.every(({ own }) => own > 0)).toBe(true)
    expect(values.every(({ id, look: { seen } }) => seen instanceof Date && seen.getTime() === id)).toBe(true)
    expect(values.find(({ id }) => id === 1)!.airport).toMatchObject({ city: 'San Francisco' })
    expect(values.find(({ id }) => id === 2)!.airport).toBeNull()
    const letters = await running.ports.deadLetters.list({ tenant: 'main', limit: 100 })
    expect(letters).toHaveLength(4)
    expect(letters[0]!.errors[0]).toMatchObject({ code: 'Round', message: 'The number 0 is round.', via: [] })
    expect(JSON.stringify(letters)).not.toContain('hush')
    mark('lenient')
    await valueOf(running, 'heddle.ReplayJobLetters', { ids: letters.map(({ id }) => id) })
    await resume(running, 'flights.Asks')
    await expect.poll(() => asked.values.length, { timeout: 45_000 }).toBe(40)
    await untilEnded(running, 'flights.Asks')
    expect(await running.ports.deadLetters.list({ tenant: 'main' })).toEqual([])
  },
)

test('a job on a thread writes topics, reads them, and fills tables and live views', slow, async () => {
  const running = await open([toTopic, fromTopic])
  await resume(running, 'flights.ToTopic')
  await untilEnded(running, 'flights.ToTopic')
  await resume(running, 'flights.FromTopic')
  const counts = async () =>
    (await valueOf<{ rows: { key: string; value: { flights: number } }[] }>(running, 'flights.ShowCounts')).rows
  await expect
    .poll(async () => (await counts()).map(({ value }) => value.flights), { timeout: 45_000 })
    .toEqual([1667, 1667, 1666])
  const rows = async () => (await valueOf<{ records: { flights: number }[] }>(running, 'flights.FindRows')).records
  await expect.poll(async () => (await rows()).reduce((all, { flights }) => all + flights, 0)).toBe(5000)
})

test('a sink of the app without room holds the job on its thread back', slow, async () => {
  const running = await open([held])
  await resume(running, 'flights.Held')
  const behind = async () =>
    (await valueOf<{ behind: string[] }>(running, 'heddle.ExplainJob', { job: 'flights.Held' })).behind
  await expect.poll(behind, { timeout: 45_000 }).toContain('a sink has no room for more records')
  expect((await statusOf(running, 'flights.Held')).sources[0]!.records).toBeLessThanOrEqual(1500)
  expect(narrow.records).toHaveLength(0)
  room.resolve()
  await untilEnded(running, 'flights.Held')
  expect(narrow.values).toHaveLength(20_000)
})

test('a step that holds the thread of its job holds up nobody who calls the app', slow, async () => {
  const running = await open([busy])
  await resume(running, 'flights.Busy')
  await expect.poll(() => isMarked('busy holds'), { timeout: 45_000 }).toBe(true)
  expect(await valueOf(running, 'flights.Look', { id: 7 })).toMatchObject({ id: 7, thread: 0 })
  mark('busy may go on')
  await untilEnded(running, 'flights.Busy')
})

test(
  'a step that keeps the thread of its job is told as what is wrong with it, until it gives the thread back',
  slow,
  async () => {
    const running = await open([busy])
    await resume(running, 'flights.Busy')
    const because = async () => (await statusOf(running, 'flights.Busy')).because
    const text = expect.stringMatching(/^its thread has not answered for \d+ s: the step "held" does not return$/)
    await expect.poll(because, { timeout: 45_000 }).toEqual(text)
    expect(await statusOf(running, 'flights.Busy')).toMatchObject({ state: 'running', silentMs: expect.any(Number) })
    const { behind } = await valueOf<{ behind: string[] }>(running, 'heddle.ExplainJob', { job: 'flights.Busy' })
    expect(behind[0]).toEqual(text)
    const listed = await valueOf<{ jobs: object[] }>(running, 'heddle.ListJobs')
    expect(listed.jobs).toMatchObject([{ because: text, place: 'thread' }])
    const life = running.parts.filter(isJobInstance).find(({ name }) => name === 'flights.Busy')!
    expect(life.health?.()).toMatchObject({ ok: false, detail: { trouble: text } })
    mark('busy may go on')
    await untilEnded(running, 'flights.Busy')
    expect(await because()).toBeUndefined()
    expect(life.health?.()).toMatchObject({ ok: true })
  },
)

test('a step that never gives its thread back can be paused, and goes on from its checkpoint', slow, async () => {
  const running = await open([busy])
  await resume(running, 'flights.Busy')
  await expect.poll(() => isMarked('busy holds'), { timeout: 45_000 }).toBe(true)
  await valueOf(running, 'heddle.PauseJob', { pipeline: 'flights.Busy' })
  await expect.poll(async () => (await statusOf(running, 'flights.Busy')).state, { timeout: 45_000 }).toBe('paused')
  expect(taskOf(running, 'flights.Busy')).toBeUndefined()
  mark('busy may go on')
  await resume(running, 'flights.Busy')
  await untilEnded(running, 'flights.Busy')
  expect((await statusOf(running, 'flights.Busy')).sinks).toMatchObject([{ records: 5000 }])
})

test('an app that closes ends a thread whose step never gives it back', slow, async () => {
  const running = await open([busy])
  await resume(running, 'flights.Busy')
  await expect.poll(() => isMarked('busy holds'), { timeout: 45_000 }).toBe(true)
  const life = running.parts.filter(isJobInstance).find(({ name }) => name === 'flights.Busy')!.life!
  await running.close({ graceMs: 10 })
  await life.drain()
  expect(life.task).toBeUndefined()
})

test('an app that closes waits for no thread whose module never comes to its end', slow, async () => {
  const module = `data:text/javascript,${encodeURIComponent('await new Promise(() => setInterval(() => {}, 1000))')}`
  const running = await open([job(there.plan, { ...there.options, module })])
  await resume(running, 'flights.There')
  await expect.poll(async () => (await statusOf(running, 'flights.There')).state).toBe('running')
  const life = running.parts.filter(isJobInstance).find(({ name }) => name === 'flights.There')!.life!
  await running.close({ graceMs: 20_000 })
  expect([life.task, life.isHere]).toEqual([undefined, false])
})

test('a thread that dies is a failure of its job, which goes on from its checkpoint', slow, async () => {
  const log = memoryLog()
  const running = await open([dies], log)
  await resume(running, 'flights.Dies')
  await untilEnded(running, 'flights.Dies')
  expect(isMarked('died')).toBe(true)
  expect(log.lines).toContainEqual(
    expect.objectContaining({
      message: expect.stringContaining(
        'it ended with the code 3, while the step "counted" was at work. It begins anew',
      ),
    }),
  )
  const numbers = (diedOnce.values as { id: number; nth: number }[]).map(({ id, nth }) => [id, nth])
  expect(numbers).toEqual(Array.from({ length: 5000 }, (_, id) => [id, id + 1]))
})

test('another plan moves a job to the thread of the app and back, at a checkpoint', slow, async () => {
  const running = await open([toTopic, fromTopic])
  await resume(running, 'flights.ToTopic')
  await untilEnded(running, 'flights.ToTopic')
  await resume(running, 'flights.FromTopic')
  type Rows = { records: { origin: string; flights: number; thread: number }[] }
  const told = async () => {
    const { records } = await valueOf<Rows>(running, 'flights.FindRows')
    return records.map(({ flights, thread }) => [flights, thread > 0 ? 'own' : 'main'])
  }
  await expect.poll(told, { timeout: 45_000 }).toEqual([1667, 1666, 1667].map((flights) => [flights, 'own']))

  const instance = running.parts.filter(isJobInstance).find(({ name }) => name === 'flights.FromTopic')!
  instance.exchange(fromTopic.withPlan(fromTopicOn('main')))
  const again = async () => {
    await valueOf(running, 'heddle.ResetJob', { pipeline: 'flights.ToTopic' })
    await resume(running, 'flights.ToTopic')
  }
  await again()
  await expect.poll(told, { timeout: 45_000 }).toEqual([3334, 3332, 3334].map((flights) => [flights, 'main']))
  instance.exchange(fromTopic.withPlan(fromTopicOn('thread')))
  await untilEnded(running, 'flights.ToTopic')
  await again()
  await expect.poll(told, { timeout: 45_000 }).toEqual([5001, 4998, 5001].map((flights) => [flights, 'own']))
})

test(
  'the state of a job on a thread is built anew for a plan that it does not fit, and the thread goes on with it',
  slow,
  async () => {
    const running = await open([toTopic, inSpans])
    await resume(running, 'flights.ToTopic')
    await untilEnded(running, 'flights.ToTopic')
    await resume(running, 'flights.Spans')
    type Rows = { records: { start: Date; flights: number }[] }
    const rows = async () =>
      (await valueOf<Rows>(running, 'flights.FindSpanRows')).records.map(({ flights }) => flights)
    // A flight each minute, a third of them from each airport; three days are over.
    await expect.poll(rows, { timeout: 45_000 }).toEqual(Array.from({ length: 9 }, () => 480))
    const instance = running.parts.filter(isJobInstance).find(({ name }) => name === 'flights.Spans')!
    instance.exchange(inSpans.withPlan(spansOf('12h')))
    await expect.poll(rows, { timeout: 45_000 }).toEqual(Array.from({ length: 18 }, () => 240))
    expect((await statusOf(running, 'flights.Spans')).state).toBe('running')
  },
)

test('a source on the thread of its job sees the configuration of the app, and is refused the app', slow, async () => {
  const running = await open([configured, asksApp])
  await resume(running, 'flights.Configured')
  await untilEnded(running, 'flights.Configured')
  expect((configuredOut.values as { id: number }[]).map(({ id }) => id)).toEqual(
    Array.from({ length: 10 }, (_, at) => 4990 + at),
  )
  await resume(running, 'flights.AsksApp')
  await expect.poll(async () => (await statusOf(running, 'flights.AsksApp')).state, { timeout: 45_000 }).toBe('failed')
  expect((await statusOf(running, 'flights.AsksApp')).because).toContain(
    'source of flights.AsksApp asks the app for `commands`, and is opened on the thread of the job',
  )
})

test('a job whose module is not known does not start on a thread, and says what to do', slow, async () => {
  const { options, plan } = there
  const unknown = job(plan, { ...options, module: undefined })
  const opening = await threadApp(unknown).open({ folder: newFolder() })
  opened.push(opening)
  await expect(opening.start()).rejects.toMatchObject({
    code: 'NoJobThread',
    message:
      'The job flights.There is to run on a thread of its own, which has to import it: it is not known which module exports it.',
    help: expect.stringContaining('module: import.meta.url'),
  })
})

test('a module that does not export the job is told', slow, async () => {
  const module = new URL('./wire.ts', import.meta.url).href
  const elsewhere = job(there.plan, { ...there.options, module })
  const running = await open([elsewhere])
  await resume(running, 'flights.There')
  await expect.poll(async () => (await statusOf(running, 'flights.There')).state, { timeout: 45_000 }).toBe('failed')
  expect((await statusOf(running, 'flights.There')).because).toContain(
    `${module} exports neither the job nor an app that has it`,
  )
})
