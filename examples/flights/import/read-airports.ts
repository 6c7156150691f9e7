import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parse } from 'csv-parse/sync'
import { hashOf, type Source } from './source.ts'

/** How the file says that it does not know. */
const unknown = 'NA'

/** Reads airports from a CSV file with a line of names. The places become numbers, the rest stays text. */
export async function readAirports(path: string): Promise<Source> {
  const bytes = await readFile(path)
  const records: Record<string, unknown>[] = parse(bytes, { columns: true, bom: true, cast })
  const rows = records.map((record, index) => ({ number: index + 1, value: withoutUnknown(record) }))
  return { name: basename(path), hash: hashOf(bytes), rows }
}

/** What is no number stays as it is, to be refused. */
function cast(text: string, { column }: { readonly column: string | number }): unknown {
  const isPlace = column === 'latitude' || column === 'longitude'
  return isPlace && Number.isFinite(Number(text)) ? Number(text) : text
}

const withoutUnknown = (record: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== unknown))
