import { Defect, systemFailure } from '@heddle/core'
import type { Producer, ProducerState } from './log.ts'
import { producerIdBytes } from './limits.ts'

/** Where a producer stands, and when it was last heard. */
export interface KnownProducer extends ProducerState {
  readonly at: number
  /** The latest that it told. */
  readonly watermark?: number
}

/** What becomes of the records that a producer sends. */
export interface Taken {
  /** How many of them are there already: the first ones. */
  readonly repeated: number
  /** The number of the first one that is not. */
  readonly sequence: number
  /** Whether there is something to be kept although all records are there: a later watermark or a new epoch. */
  readonly tellsMore: boolean
}

/** Where the producers are remembered. */
export interface ProducersOptions {
  /** Of the partition, for errors: `topic/partition`. */
  readonly place: string
  readonly limit: number
  readonly idleMs: number
}

/**
 * Where each producer of a partition stands, by the records that it has sent. What is taken counts at once for what comes behind
 * it in the same write, and is forgotten again when the write fails.
 */
export class Producers {
  declare private readonly options: ProducersOptions
  declare private readonly known: Map<string, KnownProducer>
  declare private readonly pending: Map<string, KnownProducer>

  constructor(options: ProducersOptions, known: Iterable<readonly [string, KnownProducer]> = []) {
    this.options = options
    this.known = new Map(known)
    this.pending = new Map()
  }

  /** Where one stands, by what is durable. */
  get(id: string): KnownProducer | undefined {
    return this.known.get(id)
  }

  /**
   * Takes the next records of a producer, and its watermark.
   *
   * @throws {Failure} ProducerFenced, SequenceGap, LimitReached
   */
  take({ id, epoch, sequence, continues = false }: Producer, count: number, at: number, watermark?: number): Taken {
    const before = this.pending.get(id) ?? this.known.get(id)
    if (before === undefined) this.makeRoom(at)
    else if (epoch < before.epoch) {
      const { place } = this.options
      throw systemFailure('ProducerFenced', { producer: id, place, epoch, current: before.epoch })
    }
    const expected = before !== undefined && (continues || epoch === before.epoch) ? before.next : 0
    // One that counts on over epochs may come to a log that has never heard of it, or no longer.
    const begins = before === undefined && continues
    if (sequence > expected && !begins) {
      throw systemFailure('SequenceGap', { producer: id, place: this.options.place, epoch, sequence, expected })
    }
    const repeated = begins ? 0 : Math.min(count, expected - sequence)
    const next = Math.max(begins ? 0 : expected, sequence + count)
    const told = before?.watermark
    const isLater = watermark !== undefined && (told === undefined || watermark > told)
    this.pending.set(id, { epoch, next, at, watermark: isLater ? watermark : told })
    return { repeated, sequence: next - (count - repeated), tellsMore: isLater || before?.epoch !== epoch }
  }

  /** What was taken since is durable. */
  keep(): void {
    for (const [id, state] of this.pending) {
      // The one that was heard last stands last.
      this.known.delete(id)
      this.known.set(id, state)
    }
    this.pending.clear()
  }

  /** What was taken since was not written. */
  drop(): void {
    this.pending.clear()
  }

  /** Takes over what a frame that is durable says. */
  learn(id: string, state: KnownProducer): void {
    this.known.delete(id)
    this.known.set(id, state)
  }

  /** Those that are not idle for so long that they may go. */
  list(now: number): (readonly [string, KnownProducer])[] {
    return [...this.known].filter(([, { at }]) => now - at < this.options.idleMs)
  }

  private makeRoom(now: number): void {
    const { limit, idleMs } = this.options
    if (this.known.size + this.pending.size < limit) return
    for (const [id, { at }] of this.known) {
      if (now - at < idleMs) break
      this.known.delete(id)
    }
    if (this.known.size + this.pending.size >= limit)
      throw systemFailure('LimitReached', { name: 'log.producers', limit })
  }
}

/** @throws {Defect} InvalidDefinition */
export function checkProducer({ id, epoch, sequence }: Producer): void {
  const reason =
    id === '' || Buffer.byteLength(id) > producerIdBytes
      ? `its id must have 1 to ${producerIdBytes} bytes`
      : !isCount(epoch)
        ? `its epoch must be a whole number from 0, not ${epoch}`
        : !isCount(sequence)
          ? `its sequence must be a whole number from 0, not ${sequence}`
          : undefined
  if (reason !== undefined) throw new Defect('InvalidDefinition', { name: `The producer "${id}"`, reason })
}

const isCount = (value: number) => Number.isSafeInteger(value) && value >= 0
