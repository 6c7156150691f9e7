import { systemFailure } from '@heddle/core'
import type { Log, Topic } from '../../log/log.ts'

/** How a queue of pushed records is kept. */
export interface PushQueueOptions {
  readonly topic: string
  readonly partitions: number
  /** How many records may wait for the job (limit `httpSource.waiting`). */
  readonly limit: number
  readonly maxAgeMs: number
}

/**
 * Records that were pushed, in a topic of the log: they are durable before they are acknowledged, and the job reads them from
 * there, also after a restart. Where too many wait for the job, no more are taken.
 */
export class PushQueue {
  readonly #options: PushQueueOptions
  readonly #log: () => Promise<Log>
  #topic: Promise<Topic> | undefined
  /** Up to which offset the job has each partition for good. */
  readonly #committed = new Map<number, number>()
  #turn = 0

  constructor(options: PushQueueOptions, log: () => Promise<Log>) {
    this.#options = options
    this.#log = log
  }

  topic(): Promise<Topic> {
    const { topic, partitions, maxAgeMs } = this.#options
    return (this.#topic ??= this.#log().then((log) => log.createTopic(topic, { partitions, retention: { maxAgeMs } })))
  }

  /** The job has read a partition up to an offset. */
  committed(partition: number, offset: number): void {
    this.#committed.set(partition, Math.max(offset, this.#committed.get(partition) ?? 0))
  }

  /**
   * Adds records of JSON, all or none.
   *
   * @throws {Failure} LimitReached while too many wait; PushTooLarge for more than may ever wait
   */
  async push(values: readonly string[], time: number): Promise<void> {
    const topic = await this.topic()
    const partition = this.#turn++ % topic.partitions
    const { earliest, next } = await topic.offsets(partition)
    const limit = Math.ceil(this.#options.limit / topic.partitions)
    // It would be told to come later for ever.
    if (values.length > limit) {
      throw systemFailure('PushTooLarge', { count: values.length, limit, name: 'httpSource.waiting' })
    }
    if (next - Math.max(earliest, this.#committed.get(partition) ?? 0) + values.length > limit) {
      throw systemFailure('LimitReached', { name: 'httpSource.waiting', limit: this.#options.limit })
    }
    await topic.append(partition, { records: values.map((value) => ({ value, time })) })
  }
}
