/** What a log holds at most. */
export interface LogLimits {
  /**
   * Bytes that wait to be written, over all topics (limit `log.queue`). More than that, and `append` waits.
   *
   * @default 16 MiB
   */
  readonly queueBytes?: number
  /** What `append` does where the queue is full: it waits, or ends with `LimitReached`. @default 'wait' */
  readonly whenFull?: 'wait' | 'refuse'
  /** Bytes of the records of one frame, before they are compressed (limit `log.frame`). @default 8 MiB */
  readonly frameBytes?: number
  /** Producers that a partition remembers (limit `log.producers`). @default 10,000 */
  readonly producers?: number
  /** After such a time without a frame a producer may be forgotten, where there are too many. @default 7 days */
  readonly producerIdleMs?: number
}

/** Fills in what is not given. */
export const limitsOf = (given: LogLimits = {}): Required<LogLimits> => ({
  queueBytes: 16 * 1024 * 1024,
  whenFull: 'wait',
  frameBytes: 8 * 1024 * 1024,
  producers: 10_000,
  producerIdleMs: 7 * 24 * 60 * 60 * 1000,
  ...given,
})

/** Bytes that a read gives where nothing else is asked for. */
export const readBytes = 1024 * 1024
/** Bytes of a key (limit `log.key`); its length is kept in 16 bits. */
export const keyBytes = 0xfffe
/** Bytes of the id of a producer. */
export const producerIdBytes = 255
