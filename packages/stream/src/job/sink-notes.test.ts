import type { Json } from '@heddle/core'
import { expect, test } from 'vitest'
import { compareJobs } from './compare-jobs.ts'
import { sinkNotes } from './sink-notes.ts'

const section = (sinks: { readonly [name: string]: { readonly kind: string } }, places = sinks): Json => ({
  hash: JSON.stringify(sinks),
  steps: {},
  migrations: {},
  sources: {},
  sinks,
  places: Object.fromEntries(Object.entries(places).map(([name, { kind }]) => [name, { kind, what: `${kind}.a` }])),
})
const compared = (before: Json, after: Json) =>
  compareJobs({ before: { 'shop.Sales': before }, after: { 'shop.Sales': after } } as never)

test('a check says what becomes of what a sink was given that is another one now, or gone', () => {
  const before = section({ raw: { kind: 'file' }, all: { kind: 'file' }, same: { kind: 'file' } })
  const after = section({ raw: { kind: 'topic' }, same: { kind: 'file' } })
  expect(compared(before, after)).toEqual([
    {
      level: 'safe',
      item: 'job shop.Sales',
      change: 'sink "raw" is a topic sink now; it was a file sink',
      reason: 'What it was given so far stays where it is, and the one that has its name gets what comes from now on.',
    },
    {
      level: 'safe',
      item: 'job shop.Sales',
      change: 'sink "all" is gone',
      reason: 'What it was given so far stays where it is.',
    },
  ])
})

test('a sink that keeps nothing outside is not spoken of', () => {
  expect(compared(section({ out: { kind: 'stdout' } }, {}), section({}))).toEqual([])
})

test('a reload says the same', () => {
  expect(sinkNotes({ raw: { kind: 'file' } }, { raw: { kind: 'stdout' } })).toEqual([
    'The sink "raw" is a stdout sink now; it was a file sink. What it was given so far stays where it is, and the one that has its name gets what comes from now on.',
  ])
  expect(sinkNotes(undefined, { raw: { kind: 'stdout' } })).toEqual([])
})
