import { command, error } from 'heddle'
import { z } from 'zod'
import { flightId, Flights } from '../flight.ts'
import { Files } from './files.ts'
import type { Row } from './source.ts'

/** How many rows make a page: one transaction. */
const pageRows = 1000

const name = z.string().min(1).max(255)
const row = z.int().positive()

/** A row, by what becomes of it. */
const rowType = z.object({
  row,
  kind: z.enum(['flight', 'airport', 'undecodable']),
  value: z.unknown().optional().describe('What the row holds'),
  text: z.string().optional().describe('The row itself, where it cannot be decoded'),
  errors: z.array(z.unknown()).optional().describe('Why it cannot be decoded'),
})

/** Reads a page of a file. Rows that are flights already are left out. */
export const readFile = command('flights.ReadFile', {
  kind: 'query',
  summary: 'Read a page of a file',
  input: z.object({
    file: name,
    hash: z.string().length(64).describe('SHA-256 of the bytes that are meant'),
    after: z.int().min(0).describe('How many rows were read before'),
  }),
  output: z.object({ rows: z.array(rowType), next: z.int().describe('How many rows were read now') }),
  errors: {
    UnknownFile: error(z.object({ file: z.string() }), { message: 'No file {file} is imported here.' }),
    FileChanged: error(z.object({ file: z.string() }), {
      message: 'The file {file} was edited while it was imported. The next import reads it from its beginning.',
    }),
  },
  access: 'flights:import',
  uses: [Files, Flights],

  async run({ input: { file, hash, after }, fail, ctx }) {
    const { files, readAgain, forget } = ctx.use(Files)
    const known = files.find((one) => one.name === file)
    if (!known) return fail.UnknownFile({ file }, { path: ['file'] })
    const source = await readAgain(file, hash)
    if (!source) return fail.FileChanged({ file })

    const page = source.rows.slice(after, after + pageRows)
    const next = after + page.length
    if (next === source.rows.length) forget(file)
    const kept = await keptRows(page)
    return { rows: page.filter(({ number }) => !kept.has(number)).map((one) => told(one, known.kind)), next }

    /** What is a flight already stays as it is: the file was edited since. */
    async function keptRows(rows: readonly Row[]): Promise<ReadonlySet<number>> {
      const ids = new Map(rows.map(({ number }) => [flightId(file, number), number]))
      if (known!.kind !== 'flight') return new Set()
      const { records } = await ctx.use(Flights).find({ where: { id: { in: [...ids.keys()] } }, limit: pageRows })
      return new Set(records.map(({ id }) => ids.get(id)!))
    }
  },
})

const told = (one: Row, kind: 'flight' | 'airport'): z.input<typeof rowType> =>
  'errors' in one
    ? { row: one.number, kind: 'undecodable', text: one.text, errors: one.errors.map((failure) => failure.toJSON()) }
    : { row: one.number, kind, value: one.value }
