import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, type OpenApp } from '@heddle/core'
import { usualDatabase } from '@heddle/data/testing'
import { parsePlan } from '@heddle/pipeline'
import { afterEach, expect, test } from 'vitest'
import { collectSink } from '../sink/collect.ts'
import { job } from './job.ts'

const patient = { timeout: 45_000 }
const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

const lettersOf = (running: OpenApp) => running.ports.deadLetters.list({ tenant: 'main' })

test.each([
  ['a file', 'file: { path: flights.tsv }', 'flights.tsv'],
  ['a folder whose files are of any kind', 'folder: { path: . }', 'flights.tsv'],
  ['a file with columns in the plan', 'file: { path: flights.tsv, csv: { columns: [id, at] } }', 'flights.tsv'],
])(
  'a row of CSV of %s keeps what its header names, and is read again with that',
  async (_what, source, file) => {
    const folder = mkdtempSync(join(tmpdir(), 'heddle-csv-letters-'))
    folders.push(folder)
    writeFileSync(join(folder, file), 'id\tat\n1\t2026-03-01T08:00:00Z\nJFK\t2026-03-01T09:00:00Z\n2\t3\t4\n')
    const out = collectSink()
    const open = async (type: string) => {
      const text = `heddle: 1
pipeline: flights.Delays
access: public
source: { ${source}, type: { id: ${type}, at: dateTime }, time: it.at }
sink: { given: out }
`
      const parsed = parsePlan(text, 'delays.yaml')
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
      const delays = job(parsed.plan, { sinks: { out } })
      const running = await app('flights', { parts: [delays], database: usualDatabase() }).open({
        folder: join(folder, '.heddle'),
        root: folder,
      })
      await running.start()
      return running
    }
    const first = await open('int')
    await expect.poll(async () => (await lettersOf(first)).length, patient).toBe(2)
    expect(await lettersOf(first)).toMatchObject([
      {
        origin: `${file}:3`,
        input: 'JFK\t2026-03-01T09:00:00Z',
        errors: [{ key: 'data/id:InvalidType' }],
        record: { columns: ['id', 'at'] },
      },
      {
        origin: `${file}:4`,
        input: '2\t3\t4',
        errors: [
          { key: 'data:MalformedInput', message: expect.stringMatching(/but found 3, at column \d+(?! of the)/) },
        ],
        record: { columns: ['id', 'at'] },
      },
    ])
    await first.close()

    const again = await open('string')
    const ids = (await lettersOf(again)).map(({ id }) => id)
    expect(await again.callByName('heddle.ReplayJobLetters', { ids })).toMatchObject({
      ok: true,
      value: { failed: [] },
    })
    await again.callByName('heddle.ResumeJob', { pipeline: 'flights.Delays' })
    await expect.poll(async () => (await lettersOf(again)).map(({ replays }) => replays), patient).toEqual([1])
    await expect.poll(() => out.values.at(-1), patient).toEqual({ id: 'JFK', at: new Date('2026-03-01T09:00:00Z') })
    expect(await lettersOf(again)).toMatchObject([{ input: '2\t3\t4', errors: [{ code: 'MalformedInput' }] }])
    await again.close()
  },
  60_000,
)
