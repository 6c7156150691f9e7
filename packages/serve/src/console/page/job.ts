import { type Child, h } from './dom.ts'
import { numberText } from './chart.ts'
import { spanText } from './text.ts'

/** How a job is doing, as `heddle.WatchJobs` tells it. */
export interface Job {
  readonly job: string
  readonly state: string
  readonly because?: string
  /** How far the state of another plan is that is built beside it, or why that fails. */
  readonly rebuilding?: { readonly records: number; readonly of: number; readonly because?: string }
  /** Where it has a thread of its own. */
  readonly place?: 'thread'
  readonly guarantee: string
  readonly epoch: number
  readonly checkpoint?: { readonly ms: number; readonly keys: number; readonly bytes: number }
  readonly letters: number
  readonly sources: readonly JobSource[]
  readonly steps: readonly JobStep[]
  readonly sinks: readonly JobSink[]
}

interface JobSource {
  readonly name: string
  readonly kind: string
  readonly records: number
  readonly unread: number
  readonly rate: number
  readonly behind?: { readonly records?: number; readonly ms?: number; readonly bytes?: number }
  readonly watermark?: string
}

interface JobStep {
  readonly step: string
  readonly kind: string
  readonly records: number
  readonly emitted: number
  readonly failed: number
  readonly late: number
  readonly rate: number
  readonly queued: number
  readonly keys?: number
  readonly memoryBytes?: number
  readonly watermark?: string
}

interface JobSink {
  readonly name: string
  readonly kind: string
  readonly delivery: string
  readonly records: number
  readonly rate: number
}

/** The figures of a job that are looked at first, by what they are called. */
export const figuresOf = (job: Job): Readonly<Record<string, Child>> => ({
  'Records/s': numberText(rateOf(job)),
  Records: numberText(sum(job.sources, ({ records }) => records)),
  Watermark: watermarkOf(job),
  Behind: behindText(job),
  State: stateText(job),
  'Late records': numberText(sum(job.steps, ({ late }) => late)),
  'Dead letters': job.letters === 0 ? '0' : h('a', { class: 'plain-link', href: '#/letters' }, numberText(job.letters)),
})

/** What is to be said of a job beside its state: why it rests, and how far another plan is that takes over. */
export const notesOf = ({ because, rebuilding }: Job): readonly string[] => [
  ...(because === undefined ? [] : [because]),
  ...(rebuilding ? [rebuildingText(rebuilding)] : []),
]

const rebuildingText = ({ records, of, because }: NonNullable<Job['rebuilding']>): string =>
  because === undefined
    ? `rebuilding: ${numberText(records)} of ${numberText(of)} records`
    : `the new plan cannot be built: ${because}`

/** On which thread it runs. */
export const threadText = ({ place }: Job): string => (place === 'thread' ? 'its own' : 'main')

/** Records a second that its sources read. */
export const rateOf = ({ sources }: Job): number => sum(sources, ({ rate }) => rate)

/** The time up to which everything is there, of the source that is furthest back. */
function watermarkOf({ sources }: Job): string {
  const [first] = sources.flatMap(({ watermark }) => watermark ?? []).toSorted()
  return minuteText(first)
}

/** A watermark to the minute. */
export const minuteText = (time: string | undefined): string =>
  time === undefined ? '—' : time.slice(0, 16).replace('T', ' ')

function behindText({ sources }: Job): string {
  const told = sources.flatMap(({ behind }) => {
    if (behind?.ms !== undefined) return spanText(behind.ms)
    if (behind?.records !== undefined) return `${numberText(behind.records)} records`
    return behind?.bytes === undefined ? [] : bytesText(behind.bytes)
  })
  return told.length === 0 ? '—' : told.join(', ')
}

function stateText({ steps }: Job): string {
  const keys = sum(steps, (step) => step.keys ?? 0)
  return `${numberText(keys)} ${keys === 1 ? 'key' : 'keys'}, ${bytesText(sum(steps, (step) => step.memoryBytes ?? 0))}`
}

/** A number of bytes, e.g. `1.5 MiB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1024) return `${numberText(bytes)} B`
  const power = Math.min(4, Math.floor(Math.log2(bytes) / 10))
  return `${(bytes / 1024 ** power).toFixed(1)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`
}

const sum = <Each>(all: readonly Each[], of: (each: Each) => number): number =>
  all.reduce((total, each) => total + of(each), 0)
