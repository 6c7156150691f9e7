import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Host, type OpenApp, type Part, type PartKind, sleep } from 'heddle'
import { jobOperations } from 'heddle/stream'
import { type ReplayOptions } from './replay.ts'

/** What is streamed is said by the configuration. */
const otherDataKind: PartKind = { name: 'otherData', compare: () => [] }

const pipeline = 'flights.Delays'
const { pauseJob, resetJob, resumeJob, showJobStatus } = jobOperations

/** Lets the job begin anew where other flights are to be streamed than before: their time begins anew, too. */
export function otherData(): Part {
  return {
    kind: otherDataKind,
    name: 'flights.OtherData',
    describe: () => ({}),
    async start({ app, folder, ports }: Host) {
      const { dataset } = app.config as Pick<ReplayOptions, 'dataset'>
      const file = join(folder, 'streamed-flights')
      const before = await readFile(file, 'utf8').catch(() => dataset)
      if (before !== dataset) await beginAnew(app, () => sleep(ports.timers, 20))
      await writeFile(file, dataset)
    },
  }
}

async function beginAnew(app: OpenApp, wait: () => Promise<void>): Promise<void> {
  await app.callOrThrow(pauseJob, { pipeline })
  const stateNow = async () => (await app.callOrThrow(showJobStatus, { job: pipeline })).state
  while ((await stateNow()) === 'running') await wait()
  await app.callOrThrow(resetJob, { pipeline })
  await app.callOrThrow(resumeJob, { pipeline })
}
