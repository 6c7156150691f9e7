import { Failure, failSpan, type Ports } from '@heddle/core'
import type { CheckpointWatch, MadeCheckpoint } from '../task/task-setup.ts'
import type { PlacedTask } from './placed-task.ts'

/** Observes one job in this process: adds up what its tasks counted, and times and traces their checkpoints. */
export class JobWatch implements CheckpointWatch {
  readonly #job: string
  readonly #telemetry: Ports['telemetry']
  /** What tasks that are over have counted. */
  readonly #counted = new Map<string, number>()
  /** Why it failed last, until it has made a checkpoint since. */
  lately: string | undefined

  constructor(job: string, { telemetry }: Ports) {
    this.#job = job
    this.#telemetry = telemetry
  }

  /** What was counted since this process began, of the task that runs too. @param name e.g. `step late emitted` */
  countsWith(task: PlacedTask | undefined): (name: string) => number {
    const now = task?.counts ?? {}
    return (name) => (this.#counted.get(name) ?? 0) + (now[name] ?? 0)
  }

  /** A task is over. */
  ran(task: PlacedTask): void {
    for (const [name, count] of Object.entries(task.counts)) {
      this.#counted.set(name, (this.#counted.get(name) ?? 0) + count)
    }
  }

  /** The job failed: it begins anew, or rests. */
  failed(code: string, trouble: string): void {
    this.lately = trouble
    this.#telemetry.metrics
      ?.counter('heddle_job_failures_total', 'Failures that let a job begin anew, or rest.', 'job', 'code')
      .of(this.#job, code)
      .add()
  }

  async checkpoint(epoch: number, make: () => Promise<MadeCheckpoint>): Promise<MadeCheckpoint> {
    const made = await this.#traced(epoch, make)
    this.lately = undefined
    const { metrics } = this.#telemetry
    if (!metrics) return made
    metrics
      .histogram('heddle_job_checkpoint_duration_seconds', 'How long checkpoints of jobs took.', 'job')
      .of(this.#job)
      .add(made.ms / 1000)
    metrics
      .counter('heddle_job_checkpoint_bytes_total', 'Bytes of state that checkpoints wrote.', 'job')
      .of(this.#job)
      .add(made.bytes)
    metrics
      .counter('heddle_job_checkpoint_keys_total', 'Keys whose state checkpoints wrote.', 'job')
      .of(this.#job)
      .add(made.keys)
    return made
  }

  /** A span for each checkpoint, and none for records: nothing is done for tracing where records are worked on. */
  async #traced(epoch: number, make: () => Promise<MadeCheckpoint>): Promise<MadeCheckpoint> {
    const { tracing } = this.#telemetry
    if (!tracing?.samples(undefined)) return make()
    const attributes = { 'heddle.job': this.#job, 'heddle.epoch': epoch }
    const span = tracing.begin(`checkpoint ${this.#job}`, 'internal', undefined, attributes)
    try {
      const made = await tracing.within(span, make)
      span.setAttribute('heddle.keys', made.keys)
      span.setAttribute('heddle.bytes', made.bytes)
      return made
    } catch (thrown) {
      failSpan(span, thrown instanceof Failure ? thrown : { code: 'Internal', severity: 'error' })
      throw thrown
    } finally {
      span.end()
    }
  }
}
