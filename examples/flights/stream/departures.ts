import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readParquet } from 'heddle/stream'

/** A flight that left, as the data sets hold it; times are those of the clock on the airport's wall. */
export interface Departure {
  /** The data set and the row in it, from 1. */
  readonly id: string
  /** When it left: milliseconds since 1970. */
  readonly at: number
  /** Minutes behind schedule; less than 0 is early. */
  readonly delay: number
  /** Statute miles. */
  readonly distance: number
  readonly origin: string
  readonly destination: string
}

/** The data sets that can be replayed, all sorted by time of departure. */
export const datasets = ['20k', '3m'] as const
export type Dataset = (typeof datasets)[number]

/** Where the package vega-datasets keeps its files; it exports no path to them. */
const folder = join(fileURLToPath(import.meta.resolve('vega-datasets')), '../../data')

/** Reads the departures of a data set in their order, some at a time. @param from the row to begin with, from 0 */
export async function* readDepartures(dataset: Dataset, from: number): AsyncGenerator<readonly Departure[]> {
  if (dataset === '3m') yield* readMillions(from)
  else yield* readThousands(from)
}

async function* readThousands(from: number): AsyncGenerator<readonly Departure[]> {
  const rows = JSON.parse(await readFile(join(folder, 'flights-20k.json'), 'utf8')) as readonly Row<string>[]
  const timeOf = (date: string) => Date.parse(`${date.replaceAll('/', '-').replace(' ', 'T')}Z`)
  yield rows.slice(from).map((row, index) => departure('20k', from + index, { ...row, date: timeOf(row.date) }))
}

async function* readMillions(from: number): AsyncGenerator<readonly Departure[]> {
  for await (const { values, nextRow } of readParquet(join(folder, 'flights-3m.parquet'), { rowStart: from })) {
    const first = nextRow - values.length
    const rows = values as readonly Row<Date>[]
    yield rows.map((row, index) => departure('3m', first + index, { ...row, date: row.date.getTime() }))
  }
}

interface Row<Time> extends Omit<Departure, 'id' | 'at'> {
  readonly date: Time
}

const departure = (dataset: Dataset, row: number, { date, ...rest }: Row<number>): Departure => ({
  id: `${dataset}:${row + 1}`,
  at: date,
  ...rest,
})
