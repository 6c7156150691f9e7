import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { parse } from 'csv-parse/sync'
import { hashOf, type Source } from './source.ts'

/** How the file says that it does not know. */
const unknown = 'NA'

/** Reads airports from a CSV file with a line of names. Values stay text; the call casts them. */
export async function readAirports(path: string): Promise<Source> {
  const bytes = await readFile(path)
  const records: Record<string, string>[] = parse(bytes, { columns: true, bom: true })
  const rows = records.map((record, index) => ({ number: index + 1, value: withoutUnknown(record) }))
  return { name: basename(path), hash: hashOf(bytes), rows }
}

const withoutUnknown = (record: Record<string, string>) =>
  Object.fromEntries(Object.entries(record).filter(([, value]) => value !== unknown))
