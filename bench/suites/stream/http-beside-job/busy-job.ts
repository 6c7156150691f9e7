import { type Job, job } from '@heddle/stream'
import { perUser } from '../job/per-user.ts'
import { salesSource } from '../job/sales-source.ts'

/** The job of the group `job` reads whatever it can get, as if it had to catch up with a day. */
export function busyJob(place: 'main' | 'thread'): Job {
  const feed = salesSource()
  feed.allow(Infinity)
  const module = new URL('./busy-job-there.ts', import.meta.url).href
  return job({ ...perUser('{ table: counts }'), place }, { sources: { sales: feed.source }, module })
}
