import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Host, type OpenApp, type Part, type PartKind, sleep } from 'heddle'
import { jobOperations } from 'heddle/stream'
import { count } from '../import/progress.ts'
import { forgetResults, type Forgotten } from './forget-results.ts'
import { type ReplayOptions } from './replay.ts'

/** What is streamed is said by the configuration. */
const otherDataKind: PartKind = { name: 'otherData', compare: () => [] }

const pipeline = 'flights.Delays'
const { pauseJob, resetJob, resumeJob, showJobStatus } = jobOperations

/**
 * Lets the job begin anew where other flights are to be streamed than before: their time begins anew, too. What came of those
 * before is removed, since the results of both would stand beside each other.
 */
export function otherData(): Part {
  return {
    kind: otherDataKind,
    name: 'flights.OtherData',
    describe: () => ({}),
    async start({ app, folder, ports }: Host) {
      const { dataset } = app.config as Pick<ReplayOptions, 'dataset'>
      const file = join(folder, 'streamed-flights')
      const before = await readFile(file, 'utf8').catch(() => dataset)
      const forgotten = before === dataset ? undefined : await beginAnew(app, () => sleep(ports.timers, 20))
      await writeFile(file, dataset)
      if (!forgotten) return undefined
      const { rows, letters } = forgotten
      return `Other flights are streamed than before (${dataset}, not ${before}): the results of those were removed, ${count(rows)} rows and ${count(letters)} dead letters`
    },
  }
}

async function beginAnew(app: OpenApp, wait: () => Promise<void>): Promise<Forgotten> {
  await app.callOrThrow(pauseJob, { pipeline })
  const stateNow = async () => (await app.callOrThrow(showJobStatus, { job: pipeline })).state
  while ((await stateNow()) === 'running') await wait()
  const forgotten = await forgetResults(app, pipeline)
  await app.callOrThrow(resetJob, { pipeline })
  await app.callOrThrow(resumeJob, { pipeline })
  return forgotten
}
