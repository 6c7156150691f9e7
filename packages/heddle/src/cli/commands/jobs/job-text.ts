import type { JobStatus } from '@heddle/stream'

/** Whether it has a thread of its own, or is on that of the app. */
export const threadText = (place: JobStatus['place']): string => (place === 'thread' ? 'its own' : 'main')

/** Records a second. */
export const rateText = (rate: number): string => (rate === 0 ? '' : `${Math.round(rate)}/s`)

/** How far a source is behind. */
export const behindText = ({ behind }: JobStatus['sources'][number]): string => {
  const { records, ms, bytes } = behind ?? {}
  if (records) return `${records} records`
  if (ms) return `${Math.round(ms)} ms`
  return bytes ? `${bytes} bytes` : ''
}

/** How far the state of a new plan is that is built anew. */
export const rebuildingText = ({ records, of, because }: NonNullable<JobStatus['rebuilding']>): string =>
  because === undefined
    ? `rebuilding: ${records.toLocaleString('en')} of ${of.toLocaleString('en')} records`
    : `the new plan cannot be built: ${because}`
