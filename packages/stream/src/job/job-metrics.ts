import type { Labels, Ports } from '@heddle/core'
import type { SourceReport, StepReport } from '../task/task-report.ts'
import type { JobInstance } from './job-instance.ts'
import { behindOf } from './job-status.ts'

type Series = readonly [Labels, number]

/**
 * Metrics of all jobs of an app. They are read from the tasks when somebody asks, so that working on a record counts what
 * it counts anyway, and nothing else.
 */
export function measureJobs({ telemetry: { metrics }, clock }: Ports, jobs: () => readonly JobInstance[]): void {
  if (!metrics) return

  metrics.gauge('heddle_job_running', 'Whether this process runs the job: 1 or 0.', () =>
    jobs().map(({ name, life }): Series => [{ job: name }, life?.task ? 1 : 0]),
  )
  metrics.gauge('heddle_job_silent_seconds', 'For how long the thread of a job has not answered.', () =>
    jobs().flatMap(({ name, life }) => {
      const ms = life?.task?.silentMs
      return series({ job: name }, ms === undefined ? undefined : ms / 1000)
    }),
  )
  counted('heddle_job_source_records_total', 'Records that were read.', 'source', (name) => `source ${name}`)
  counted(
    'heddle_job_source_unread_total',
    'Records that could not be read.',
    'source',
    (name) => `source ${name} unread`,
  )
  counted('heddle_job_records_total', 'Records that steps were given.', 'step', (id) => `step ${id}`)
  counted('heddle_job_emitted_total', 'Records that steps gave on.', 'step', (id) => `step ${id} emitted`)
  counted('heddle_job_failed_total', 'Records that steps failed with.', 'step', (id) => `step ${id} failed`)
  counted('heddle_job_late_total', 'Records that came too late for steps.', 'step', (id) => `step ${id} late`)
  counted('heddle_job_sink_records_total', 'Records that sinks were given.', 'sink', (name) => `sink ${name}`)
  metrics.reading('heddle_job_dead_letters_total', 'Records that became dead letters.', () =>
    jobs().map(({ name, life, watch }): Series => [{ job: name }, watch?.countsWith(life?.task)('letters') ?? 0]),
  )

  ofSources(
    'heddle_job_behind_records',
    'Records that a source has and that were not read.',
    ({ partitions }) => behindOf(partitions).behind?.records,
  )
  ofSources(
    'heddle_job_behind_bytes',
    'Bytes that a source has and that were not read.',
    ({ partitions }) => behindOf(partitions).behind?.bytes,
  )
  ofSources('heddle_job_behind_seconds', 'How old the oldest record is that was not read.', ({ partitions }) => {
    const ms = behindOf(partitions).behind?.ms
    return ms === undefined ? undefined : ms / 1000
  })
  ofSources('heddle_job_watermark_lag_seconds', 'How far event time is behind the clock.', ({ watermark }) =>
    Number.isFinite(watermark) ? (clock.now() - watermark) / 1000 : undefined,
  )
  ofSteps('heddle_job_queue', 'Records that an asynchronous step has in hand.', ({ queued }) => queued)
  ofSteps('heddle_job_state_keys', 'Keys that have state.', ({ state }) => state?.keys)
  ofSteps('heddle_job_state_memory_bytes', 'State that is in memory.', ({ state }) => state?.memoryBytes)

  /** What only grows, for each source, step or sink of each job. */
  function counted(
    name: string,
    help: string,
    part: 'source' | 'step' | 'sink',
    countOf: (name: string) => string,
  ): void {
    metrics!.reading(name, help, () =>
      jobs().flatMap((job) => {
        const count = job.watch?.countsWith(job.life?.task) ?? (() => 0)
        return namesOf(job, part).map((of): Series => [{ job: job.name, [part]: of }, count(countOf(of))])
      }),
    )
  }

  /** What the sources of tasks that run here are at. */
  function ofSources(name: string, help: string, value: (source: SourceReport) => number | undefined): void {
    metrics!.gauge(name, help, () =>
      jobs().flatMap((job) =>
        (job.life?.task?.report.sources ?? []).flatMap((source) =>
          series({ job: job.name, source: source.name }, value(source)),
        ),
      ),
    )
  }

  /** What the steps of tasks that run here are at. */
  function ofSteps(name: string, help: string, value: (step: StepReport) => number | undefined): void {
    metrics!.gauge(name, help, () =>
      jobs().flatMap((job) =>
        (job.life?.task?.report.steps ?? []).flatMap((step) => series({ job: job.name, step: step.step }, value(step))),
      ),
    )
  }
}

const series = (labels: Labels, value: number | undefined): Series[] => (value === undefined ? [] : [[labels, value]])

const namesOf = ({ job: { assembled, plan } }: JobInstance, part: 'source' | 'step' | 'sink'): string[] => {
  if (part === 'step') return plan.steps.map(({ id }) => id)
  return assembled[part === 'source' ? 'sources' : 'sinks'].map(({ name }) => name)
}
