import type { TaskReport } from '../task/task-report.ts'
import type { JobStatus } from './job-status.ts'

/**
 * Why a job is behind its sources, as sentences, the most likely cause first.
 *
 * @param lately why it failed, where it has made no checkpoint since
 */
export function whyBehind(
  { state, because, silentMs, held, sources, rebuilding }: JobStatus,
  task: TaskReport | undefined,
  lately?: string,
): string[] {
  if (state === 'ended' && because === undefined) return []
  if (state === 'waiting') return [`it failed, and begins anew after a pause: ${because}`]
  if (state === 'unserved') return [because!]
  if (state !== 'running') {
    const why = because === undefined ? '' : `: ${because}`
    return [state === 'elsewhere' ? 'another process runs it' : `it is ${state}${why}`]
  }
  const told: string[] = []
  if (rebuilding?.because !== undefined) told.push(`its new plan cannot be built: ${rebuilding.because}`)
  else if (rebuilding) {
    told.push(`the state of its new plan is built beside it: ${rebuilding.records} of ${rebuilding.of} records`)
  }
  if (silentMs !== undefined) told.push(because!)
  else if (held !== undefined && held === because) told.push(held)
  else if (because !== undefined) told.push(`it began anew: ${because}`)
  if (lately !== undefined) told.push(`it began anew, and has made no checkpoint since: ${lately}`)
  for (const { step, isFull, queued = 0 } of task?.steps ?? []) {
    if (!isFull) continue
    told.push(`the step "${step}" has as many records in hand as it takes at once (${queued}): what it asks is slow`)
  }
  if (task?.isWaitingForSink) told.push('a sink has no room for more records')
  for (const { name, behind } of sources) {
    if (behind?.records) told.push(`the source "${name}" has ${behind.records} more records`)
    else if (behind?.bytes) told.push(`the source "${name}" has ${behind.bytes} more bytes`)
  }
  const holding = holdingPartition(task)
  if (holding) told.push(holding)
  told.push(...holdingSources(task))
  return told
}

/** For which steps records came too late, as sentences: they are passed over or go to the side `late`, which is no lag. */
export const whatWasLate = ({ steps }: Pick<JobStatus, 'steps'>): string[] =>
  steps.flatMap(({ step, late }) =>
    late > 0 ? [`${late} ${late === 1 ? 'record' : 'records'} came too late for the step "${step}"`] : [],
  )

/** Sources and steps for which a step waits that reads others too, which are ahead. */
function holdingSources(task: TaskReport | undefined): string[] {
  if (task === undefined) return []
  const { sources, steps } = task
  const marks = new Map<string, number>()
  for (const { name, watermark } of sources) marks.set(name, watermark)
  for (const { step, watermark } of steps) marks.set(step, watermark)
  const held = new Map<string, string>()
  for (const { step, heldBy } of steps) if (heldBy !== undefined && !held.has(heldBy)) held.set(heldBy, step)
  return [...held].map(([by, step]) => {
    const kind = sources.some(({ name }) => name === by) ? 'source' : 'step'
    return `the step "${step}" waits for the ${kind} "${by}", which is at ${momentText(marks.get(by))}`
  })
}

const momentText = (watermark = -Infinity): string =>
  Number.isFinite(watermark) ? new Date(watermark).toISOString() : 'its beginning'

/** The partition that keeps the watermark of its source back while others are ahead. */
function holdingPartition(task: TaskReport | undefined): string | undefined {
  for (const { name, partitions, watermark } of task?.sources ?? []) {
    if (partitions.length < 2) continue
    const active = partitions.filter(({ isIdle, ended }) => !isIdle && !ended)
    const [slowest] = active.toSorted((one, other) => one.watermark - other.watermark)
    const ahead = Math.max(...active.map((lane) => lane.watermark))
    // Behind a watermark that silent partitions let go, nobody holds anything back.
    if (slowest && ahead > slowest.watermark && ahead > watermark) {
      return `the partition "${slowest.partition}" of "${name}" holds the watermark at ${momentText(watermark)}`
    }
  }
  return undefined
}
