import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { app, command, error, event, http, type Manifest, publicManifest } from 'heddle'
import { docsSite } from 'heddle/docs'
import { z } from 'zod'

const shelves = new Map([['weaving', 2]])

const Lent = event('library.Lent', {
  summary: 'Somebody took a book home',
  data: z.object({ book: z.string(), until: z.iso.date() }),
  access: 'library:read',
})

/** What looks after the shelves. It states no access, so nobody outside reaches it. */
const tidyShelves = command('library.TidyShelves', {
  summary: 'Count the books anew',
  input: z.object({}),
  output: z.void(),
  run: () => undefined,
})

export const lendBook = command('library.LendBook', {
  summary: 'Lend a book to a reader',
  description: 'A book is lent for four weeks. Who holds it already is given more time.',
  input: z.object({
    book: z.string().describe('What stands on its back, e.g. weaving'),
    reader: z.string().describe('The number of the card'),
  }),
  output: z.object({ until: z.iso.date() }),
  errors: {
    AllLent: error(z.object({ back: z.iso.date() }), {
      message: 'All of them are lent until {back}.',
      help: 'Ask for it to be kept for you.',
    }),
  },
  access: 'library:lend',
  examples: [{ book: 'weaving', reader: 'c-17' }],
  errorExamples: { AllLent: { book: 'looms', reader: 'c-17' } },
  requirements: ['LIB-3'],
  emits: [Lent],
  run({ input: { book }, emit, fail }) {
    const left = shelves.get(book) ?? 0
    if (left === 0) return fail.AllLent({ back: '2027-02-01' })
    shelves.set(book, left - 1)
    emit(Lent, { book, until: '2027-03-01' })
    return { until: '2027-03-01' }
  },
})

export const takeBook = command('library.TakeBook', {
  summary: 'Lend a book, as it was done before',
  input: z.object({ book: z.string() }),
  output: z.void(),
  access: 'library:lend',
  deprecated: { since: '2026-11-01', sunset: '2027-05-01', use: 'library.LendBook' },
  run: () => undefined,
})

const library = app('library', {
  parts: [lendBook, takeBook, tidyShelves, http({ port: 0, routes: { 'POST /loans': lendBook } })],
})
export default library

/** Writes the pages into a folder: those for the team, or those for everybody. */
export function writePages(folder: string, whom: 'team' | 'everybody'): string[] {
  const whole = library.manifest() as Manifest
  const pages = docsSite(whom === 'team' ? whole : publicManifest(whole, 'http'))
  for (const [path, text] of Object.entries(pages)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return Object.keys(pages)
}
