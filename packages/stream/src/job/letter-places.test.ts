import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AnyCommand, app, command } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { parsePlan } from '@heddle/pipeline'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { job } from './job.ts'
import type { JobStatus } from './job-status.ts'

const patient = { timeout: 45_000 }
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const state = { isBroken: true }
const refusing = (name: string, isRefused: (id: number) => boolean) =>
  command(name, {
    input: z.object({ id: z.int() }),
    output: z.object({ id: z.int() }),
    errors: { Unlucky: z.object({ id: z.int() }) },
    run: ({ input: { id }, fail }) => (isRefused(id) ? fail.Unlucky({ id }) : { id }),
  })
const commands = [
  refusing('flights.Classify', (id) => state.isBroken && id === 7),
  refusing('flights.Check', (id) => id === 7),
  refusing('flights.Keep', (id) => id === 12),
]

async function open(steps: string, folder: string, onError = 'deadLetter') {
  const text = `heddle: 1
pipeline: flights.Delays
access: public
source: { file: { path: flights.ndjson }, type: { id: int } }
steps:
${steps}
sink: { command: flights.Keep }
`.replaceAll('ON_ERROR', onError)
  const parsed = parsePlan(text, 'delays.yaml')
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  const delays = job(parsed.plan, { commands })
  const running = await app('flights', {
    parts: [delays, ...(commands as AnyCommand[])],
    database: usualDatabase(),
  }).open({
    folder: join(folder, '.heddle'),
    root: folder,
  })
  await running.start()
  const status = async () => {
    const outcome = (await running.callByName('heddle.ShowJob', { job: 'flights.Delays' })) as { value: JobStatus }
    return outcome.value
  }
  const letters = async () =>
    (await running.ports.deadLetters.list({ tenant: 'main' })).map(({ id, command: at, origin }) => ({
      id,
      at,
      origin,
    }))
  return { running, status, letters }
}

function plant() {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-letter-places-'))
  folders.push(folder)
  const lines = Array.from({ length: 20 }, (_, id) => `{"id":${id}}`)
  // Blank lines, and one that cannot be read.
  lines.splice(4, 0, '', '  ')
  lines.splice(9, 0, 'nothing')
  writeFileSync(join(folder, 'flights.ndjson'), `${lines.join('\n')}\n`)
  return folder
}

const check = '  - { id: check, call: { command: flights.Check, with: { id: it.id } }, onError: ON_ERROR }'
const look = '  - { id: look, call: { command: flights.Classify, with: { id: it.id } }, onError: ON_ERROR }'

test('the letter of a step tells file and line, also where it came of a letter that was taken again', async () => {
  state.isBroken = true
  const folder = plant()
  const first = await open(look, folder)
  await expect.poll(async () => (await first.status()).state, patient).toBe('ended')
  const told = await first.letters()
  expect(told).toMatchObject([
    { at: 'flights.Delays/source', origin: 'flights.ndjson:10' },
    { at: 'flights.Delays/look', origin: 'flights.ndjson:11' },
    { at: 'flights.Delays/sink', origin: 'flights.ndjson:16' },
  ])
  await first.running.close()

  state.isBroken = false
  const second = await open(`${look}\n${check}`, folder)
  expect(await second.running.callByName('heddle.ReplayJobLetters', { ids: [told[1]!.id] })).toMatchObject({ ok: true })
  await second.running.callByName('heddle.ResumeJob', { pipeline: 'flights.Delays' })
  await expect
    .poll(async () => (await second.letters()).map(({ at, origin }) => [at, origin]), patient)
    .toContainEqual(['flights.Delays/check', 'flights.ndjson:11'])
  await second.running.close()
})

test('a job that ends for a record says in which file and line it stands', async () => {
  state.isBroken = true
  const { running, status } = await open(look, plant(), 'fail')
  await expect.poll(async () => (await status()).state, patient).toBe('failed')
  expect((await status()).because).toContain('failed with the record flights.ndjson:11: Unlucky')
  await running.close()
})
