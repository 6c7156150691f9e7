import { app, databaseAt, http } from 'heddle'
import { consolePage } from 'heddle/console'
import * as flights from './flights.ts'
import { guide } from './guide.ts'
import { importFiles } from './import/files.ts'
import { importer } from './import/importer.ts'
import { refusedRows } from './import/refused-rows.ts'
import { delays, replayConfig } from './stream/delays.ts'
import { otherData } from './stream/other-data.ts'

const web = http({ mounts: [consolePage()] })

/** Parts start in this order: the flights are there before anybody can ask for them. */
export default app('flights', {
  database: databaseAt(process.env.DATABASE_URL),
  config: replayConfig,
  parts: [flights, refusedRows(), importFiles(), importer(), delays, otherData(), web, guide(web)],
})
