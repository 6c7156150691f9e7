import { planWorkflow, queue, schedule } from 'heddle'
import { finishFile } from './finish-file.ts'
import { importAirport } from './import-airport.ts'
import { importFlight } from './import-flight.ts'
import { listNewFiles } from './list-new-files.ts'
import { PageImported } from './page-imported.ts'
import { readFile } from './read-file.ts'
import { refuseRow } from './refuse-row.ts'

/** One import at a time. */
export const imports = queue('flights.Imports', { concurrency: 1 })

/** Imports what is new, page by page: a run that was cut off goes on behind its last page. */
export const importNewFiles = planWorkflow<object>(new URL('./import-files.yaml', import.meta.url), {
  commands: [listNewFiles, readFile, importFlight, importAirport, refuseRow, finishFile],
  events: [PageImported],
  queue: imports.name,
})

/** Every night, when few fly. */
export const nightly = schedule('flights.Nightly', {
  cron: '15 3 * * *',
  timeZone: 'America/Chicago',
  run: importNewFiles,
  input: {},
})
