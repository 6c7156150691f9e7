import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Part, port, provide } from 'heddle'
import { readAirports } from './read-airports.ts'
import { readJson } from './read-json.ts'
import { readNdjson } from './read-ndjson.ts'
import type { Source } from './source.ts'

/** A file to import. */
export interface ImportFile {
  readonly name: string
  /** What each of its rows is. */
  readonly kind: 'flight' | 'airport'
  read(): Promise<Source>
}

/** The files that are imported, in their order. */
export interface ImportFiles {
  readonly files: readonly ImportFile[]
  /** The file as it is now. */
  read(name: string): Promise<Source>
  /** The file with these bytes, from memory where it is there; undefined where it has others by now. */
  readAgain(name: string, hash: string): Promise<Source | undefined>
  /** Frees the memory. */
  forget(name: string): void
}

/** The files, for commands of this app. Reading changes nothing outside. */
export const Files = port<ImportFiles>('flights.Files', { external: false })

/** Where the package vega-datasets keeps its files; it exports no path to them. */
const datasets = join(fileURLToPath(import.meta.resolve('vega-datasets')), '../../data')

/** Airports first: a flight refers to two of them. */
export const usualFiles: readonly ImportFile[] = [
  { name: 'airports.csv', kind: 'airport', read: () => readAirports(join(datasets, 'airports.csv')) },
  { name: 'flights-20k.json', kind: 'flight', read: () => readJson(join(datasets, 'flights-20k.json')) },
  {
    name: 'flights-broken.ndjson',
    kind: 'flight',
    read: () => readNdjson(fileURLToPath(new URL('./flights-broken.ndjson', import.meta.url))),
  },
]

/** Keeps a file in memory from its first page to its last. */
export function importFiles(files: readonly ImportFile[] = usualFiles): Part {
  const held = new Map<string, Source>()
  const read = async (name: string) => {
    const source = await files.find((file) => file.name === name)!.read()
    held.set(name, source)
    return source
  }
  return provide(Files, {
    files,
    read,
    async readAgain(name, hash) {
      const source = held.get(name)
      if (source?.hash === hash) return source
      const now = await read(name)
      return now.hash === hash ? now : undefined
    },
    forget: (name) => void held.delete(name),
  })
}
