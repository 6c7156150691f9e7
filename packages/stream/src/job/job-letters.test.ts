import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { command, type NewDeadLetter, type OpenApp } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { delaysOfTests, looking, statusOf, valueOf } from '../../fixtures/delays-job.ts'
import { collectSink } from '../sink/collect.ts'
import { listSource } from '../source/list.ts'

/** Machines are slow at times. */
const patient = { timeout: 45_000 }

const { newFolder, open } = delaysOfTests()

const HEDDLE_KEYS = `now:${Buffer.alloc(32, 7).toString('base64')}`

const stateOf = async (running: OpenApp) => (await statusOf(running)).state
const lettersOf = (running: OpenApp) => running.ports.deadLetters.list({ tenant: 'main' })

interface Told {
  readonly queued: readonly { readonly job: string; readonly letters: number; readonly message: string }[]
  readonly failed: readonly { readonly code: string; readonly message: string }[]
}
const replay = async (running: OpenApp) => {
  const ids = (await lettersOf(running)).map(({ id }) => id)
  return valueOf<Told>(running, 'heddle.ReplayJobLetters', { ids })
}
const resume = (running: OpenApp) => valueOf(running, 'heddle.ResumeJob', { pipeline: 'flights.Delays' })

const head = `heddle: 1
pipeline: flights.Delays
access: public
checkpoint: 20ms
`
const flights = Array.from({ length: 40 }, (_, id) => ({ id, at: id * 1000 }))
const given = 'source: { given: flights, type: { id: int, at: int }, time: it.at, decode: whole }\n'

/** Fails with some flights for as long as it is broken. */
function unlucky() {
  const state = { isBroken: true, calls: 0 }
  const classify = command('flights.Classify', {
    input: z.object({ id: z.int() }),
    output: z.object({ id: z.int() }),
    errors: { Unlucky: z.object({ id: z.int() }) },
    run({ input: { id }, fail }) {
      state.calls++
      return state.isBroken && id % 13 === 7 ? fail.Unlucky({ id }) : { id }
    },
  })
  return { state, classify }
}

test('the letter of a step is given back, taken once the job goes on, and gone; the command is called anew', async () => {
  const { state, classify } = unlucky()
  const out = collectSink()
  const text = `${head}${given}steps:
  - { id: sort, call: { command: flights.Classify, with: { id: it.id } }, onError: deadLetter }
sink: { given: out }
`
  const options = { sources: { flights: listSource(flights) }, sinks: { out }, commands: [classify] }
  const { running } = await open(text, options)
  await expect.poll(() => stateOf(running), patient).toBe('ended')
  expect((await lettersOf(running)).map(({ command: at, origin }) => [at, origin])).toEqual([
    ['flights.Delays/sort', 'source/0/7'],
    ['flights.Delays/sort', 'source/0/20'],
    ['flights.Delays/sort', 'source/0/33'],
  ])
  state.isBroken = false
  expect(await replay(running)).toEqual({
    queued: [
      {
        job: 'flights.Delays',
        letters: 3,
        message: 'flights.Delays is ended, and takes them once it goes on: heddle jobs resume flights.Delays',
      },
    ],
    failed: [],
  })
  expect((await lettersOf(running)).map(({ queuedFor }) => queuedFor)).toEqual(Array(3).fill('flights.Delays'))
  await resume(running)
  await expect.poll(async () => (await lettersOf(running)).length, patient).toBe(0)
  await expect.poll(() => stateOf(running), patient).toBe('ended')
  expect(out.values.slice(-3)).toEqual([{ id: 7 }, { id: 20 }, { id: 33 }])
  expect(out.values).toHaveLength(40)
  expect(state.calls).toBe(43)
})

test('a job that is at work takes them between two batches; what fails again is back with its attempts', async () => {
  const { state, classify } = unlucky()
  const out = collectSink()
  const text = `${head}${given}steps:
  - { id: sort, call: { command: flights.Classify, with: { id: it.id } }, onError: deadLetter }
sink: { given: out }
`
  const endless = { ...listSource(flights), bounded: false }
  const source = {
    ...endless,
    open(host: never) {
      const of = listSource(flights).open(host) as {
        openPartition(name: string, at: unknown): { read(max: number): unknown }
      }
      return {
        ...of,
        openPartition(name: string, at: unknown) {
          const reader = of.openPartition(name, at)
          let end: (() => void) | undefined
          return {
            ...reader,
            // Behind its last record it waits for others until it is closed.
            read: (max: number) =>
              reader.read(max) ?? new Promise<undefined>((resolve) => void (end = () => resolve(undefined))),
            close: () => end?.(),
          }
        },
      }
    },
  }
  const { running } = await open(text, { sources: { flights: source as never }, sinks: { out }, commands: [classify] })
  await expect.poll(async () => (await lettersOf(running)).length, patient).toBe(3)
  expect(await replay(running)).toMatchObject({ queued: [{ letters: 3, message: 'flights.Delays takes them now' }] })
  const attempts = async () => (await lettersOf(running)).map(({ replays, queuedFor }) => [replays, queuedFor])
  await expect.poll(attempts, patient).toEqual(Array(3).fill([1, undefined]))
  state.isBroken = false
  await replay(running)
  await expect.poll(async () => (await lettersOf(running)).length, patient).toBe(0)
  await expect.poll(() => out.values.length, patient).toBe(40)
  expect(await stateOf(running)).toBe('running')
})

test('what a sink was refused is sent to this sink again, under another name', async () => {
  const { state, classify } = unlucky()
  const text = `${head}${given}steps:
  - { id: sink, map: { id: it.id } }
sink: { command: flights.Classify }
`
  const { running } = await open(text, { sources: { flights: listSource(flights) }, commands: [classify] })
  await expect.poll(() => stateOf(running), patient).toBe('ended')
  expect(await lettersOf(running)).toHaveLength(3)
  const first = (await lettersOf(running)).map(({ id }) => id)
  await replay(running)
  await resume(running)
  const attempts = async () => (await lettersOf(running)).map(({ id, replays }) => [id, replays])
  await expect.poll(attempts, patient).toEqual(first.map((id) => [id, 1]))
  await expect.poll(() => stateOf(running), patient).toBe('ended')
  state.isBroken = false
  expect(state.calls).toBe(43)
  await replay(running)
  await resume(running)
  await expect.poll(async () => (await lettersOf(running)).length, patient).toBe(0)
  await expect.poll(() => state.calls, patient).toBe(46)
  await expect.poll(() => stateOf(running), patient).toBe('ended')
})

test('what a source could not read is read as the plan says by now, and has the time that the plan gives it', async () => {
  const folder = newFolder()
  const lines = ['{"id":1,"at":"2026-03-01T08:00:00Z"}', '{"id":"2","at":"2026-03-01T09:00:00Z"}', 'nothing']
  writeFileSync(join(folder, 'flights.ndjson'), `${lines.join('\n')}\n`)
  const plan = (type: string) => `${head}source:
  file: { path: flights.ndjson }
  type: { id: ${type}, at: dateTime }
  time: it.at
steps:
  - { id: same, map: { id: it.id, happened: time } }
sink: { given: out }
`
  const out = collectSink()
  const { running } = await open(plan('int'), { sinks: { out } }, { folder })
  await expect.poll(() => stateOf(running), patient).toBe('ended')
  expect((await lettersOf(running)).map(({ origin, input }) => [origin, input])).toEqual([
    ['flights.ndjson:2', lines[1]],
    ['flights.ndjson:3', 'nothing'],
  ])
  await running.close()
  const { running: again } = await open(plan('unknown'), { sinks: { out } }, { folder })
  await replay(again)
  await resume(again)
  await expect.poll(async () => (await lettersOf(again)).length, patient).toBe(1)
  await expect.poll(() => stateOf(again), patient).toBe('ended')
  expect(out.values.slice(1)).toEqual([{ id: '2', happened: new Date('2026-03-01T09:00:00Z') }])
  expect(await lettersOf(again)).toMatchObject([{ origin: 'flights.ndjson:3', replays: 1, input: 'nothing' }])
})

test('a letter that no job can take is refused at once, with the reason', async () => {
  const text = `${head}${given}steps:\n  - { id: all, filter: "true" }\nsink: { given: out }\n`
  const options = { sources: { flights: listSource(flights) }, sinks: { out: collectSink() } }
  const { running } = await open(text, options)
  const letter = (at: string, record?: { of: string; name: string }): NewDeadLetter => ({
    tenant: 'main',
    command: at,
    input: {},
    errors: [],
    record,
  })
  await running.ports.deadLetters.add([
    letter('flights.Others/sort', { of: 'step', name: 'source/0/1' }),
    letter('flights.Delays/sort', { of: 'step', name: 'source/0/1' }),
    letter('flights.Delays/all'),
  ])
  const { failed, queued } = await replay(running)
  expect(queued).toEqual([])
  expect(failed.map(({ code, message }) => [code, /again: (.*)\.$/.exec(message)?.[1]])).toEqual([
    ['LetterNotCallable', 'there is no job "flights.Others" in this app'],
    ['LetterNotCallable', 'the step "sort" is not there any more'],
    ['LetterNotCallable', 'not enough of it was kept'],
  ])
})

test('letters that would end the job go back one after another, however many, and the job goes on', async () => {
  const { state, classify } = unlucky()
  const many = Array.from({ length: 200 }, (_, id) => ({ id, at: id * 1000 }))
  const out = collectSink()
  const text = `${head}${given}steps:
  - { id: sort, call: { command: flights.Classify, with: { id: it.id } }, onError: deadLetter }
  - { id: strict, operator: strict }
sink: { given: out }
`
  const strict = looking('strict', ({ id }) => {
    if (id % 13 === 7) throw new Error('no such flight')
  })
  const sources = { flights: listSource(many) }
  const { running } = await open(text, { sources, sinks: { out }, operators: { strict }, commands: [classify] })
  await expect.poll(() => stateOf(running), patient).toBe('ended')
  expect(await lettersOf(running)).toHaveLength(15)
  state.isBroken = false
  await replay(running)
  await resume(running)
  await expect.poll(() => stateOf(running), patient).toBe('ended')
  const left = await lettersOf(running)
  expect(left.every(({ replays, queuedFor }) => replays === 1 && queuedFor === undefined)).toBe(true)
  expect(left).toHaveLength(15)
  expect(out.values).toHaveLength(185)
})

test('what is marked in the records of a job is masked in its letters, kept encrypted, and taken again whole', async () => {
  const { state, classify } = unlucky()
  const out = collectSink()
  const folder = newFolder()
  const keyedFolder = { folder, environment: { HEDDLE_KEYS } }
  const text = `${head}source:
  given: flights
  type: { id: int, pilot: { type: string, pii: true }, at: int }
  time: it.at
  decode: whole
steps:
  - { id: sort, call: { command: flights.Classify, with: { id: it.id } }, onError: deadLetter }
sink: { given: out }
`
  const flown = flights.slice(0, 10).map((flight) => ({ ...flight, pilot: 'Amelia' }))
  const options = { sources: { flights: listSource(flown) }, sinks: { out }, commands: [classify] }
  const { running } = await open(text, options, keyedFolder)
  await expect.poll(() => stateOf(running), patient).toBe('ended')
  const [letter] = await lettersOf(running)
  expect(letter).toMatchObject({ origin: 'source/0/7', input: '•••' })
  expect(JSON.stringify(letter)).not.toContain('Amelia')
  await replay(running)
  await resume(running)
  await expect.poll(async () => (await lettersOf(running))[0]?.replays, patient).toBe(1)
  expect(JSON.stringify(await lettersOf(running))).not.toContain('Amelia')
  await expect.poll(() => stateOf(running), patient).toBe('ended')
  await running.close()

  state.isBroken = false
  const { running: keyless } = await open(text, options, { folder })
  expect((await replay(keyless)).failed).toMatchObject([
    { code: 'LetterNotCallable', message: expect.stringContaining('there are no keys to decrypt what was kept of it') },
  ])
  await keyless.close()
  const { running: keyed } = await open(text, options, keyedFolder)
  await replay(keyed)
  await resume(keyed)
  await expect.poll(async () => (await lettersOf(keyed)).length, patient).toBe(0)
  await expect.poll(() => stateOf(keyed), patient).toBe('ended')
  expect(out.values.at(-1)).toEqual({ id: 7 })
})
