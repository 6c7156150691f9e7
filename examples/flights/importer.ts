import { fileURLToPath } from 'node:url'
import { join } from 'node:path'
import type { Host, Part, PartKind, Writer } from 'heddle'
import { importAirport } from './import-airport.ts'
import { importFlight } from './import-flight.ts'
import { importSource, type Intake } from './import-source.ts'
import { createProgress } from './progress.ts'
import { readAirports } from './read-airports.ts'
import { readJson } from './read-json.ts'
import { readNdjson } from './read-ndjson.ts'
import type { Source } from './source.ts'

/** A file to import. */
export interface ImportFile {
  read(): Promise<Source>
  readonly intake: Intake
  /** What a row is, e.g. `flights`. */
  readonly what: string
}

const flights: Pick<ImportFile, 'intake' | 'what'> = {
  intake: { command: importFlight, field: 'flight', from: 'json' },
  what: 'flights',
}
const airports: Pick<ImportFile, 'intake' | 'what'> = {
  intake: { command: importAirport, field: 'airport', from: 'text' },
  what: 'airports',
}

/** Where the package vega-datasets keeps its files; it exports no path to them. */
const datasets = join(fileURLToPath(import.meta.resolve('vega-datasets')), '../../data')

/** Airports first: a flight refers to two of them. */
export const files: readonly ImportFile[] = [
  { read: () => readAirports(join(datasets, 'airports.csv')), ...airports },
  { read: () => readJson(join(datasets, 'flights-20k.json')), ...flights },
  { read: () => readNdjson(join(import.meta.dirname, 'flights-broken.ndjson')), ...flights, what: 'rows' },
]

/** What is imported is no contract with anybody outside, so nothing about it can break. */
const importerKind: PartKind = { name: 'importer', compare: () => [] }

/** Imports files before the app serves. */
export function importer(given: readonly ImportFile[] = files, out: Writer = process.stdout): Part {
  return {
    kind: importerKind,
    name: 'flights.Importer',
    describe: () => ({ commands: [...new Set(given.map(({ intake }) => intake.command.name))] }),
    async start({ app, ports }: Host) {
      for (const { read, intake, what } of given) {
        const source = await read()
        const progress = createProgress(out, ports.clock, source.name, what, source.rows.length)
        await importSource(app, source, intake, progress)
      }
    },
  }
}
