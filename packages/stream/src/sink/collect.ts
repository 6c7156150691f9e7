import type { Maybe } from '@heddle/core'
import type { Flow } from '../operator/operator.ts'
import type { Delivery, Sink, SinkRecord } from './sink.ts'

/** How a collecting sink behaves: it can play each delivery, so that jobs are tested without other systems. */
export interface CollectOptions {
  /** @default 'transactional' */
  readonly delivery?: Exclude<Delivery, 'unit'>
  /** @default 'changes' */
  readonly accepts?: Flow
  /** Waits before it takes records: a sink without room. */
  readonly room?: (records: readonly SinkRecord[]) => Maybe<void>
}

/** A sink that keeps in memory what it is given, for tests. */
export interface CollectingSink extends Sink {
  /** What is there for good, in the order in which it came. It stays when the sink is closed and opened again. */
  readonly records: readonly SinkRecord[]
  /** The same, without anything but the values. */
  readonly values: readonly unknown[]
  /** The newest epoch that it has; 0 before the first. */
  readonly epoch: number
}

/** A record whose fields are all there, whatever made it. */
const plain = ({ value, key, time, weight, id }: SinkRecord): SinkRecord => ({ value, key, time, weight, id })

/**
 * Keeps in memory what a job gives, for tests: with each delivery that a sink can have, but for `unit`.
 *
 * @example
 * const out = collectSink()
 * …
 * expect(out.values).toEqual([{ origin: 'SFO', flights: 2 }])
 */
export function collectSink({
  delivery = 'transactional',
  accepts = 'changes',
  room,
}: CollectOptions = {}): CollectingSink {
  const kept: SinkRecord[] = []
  const ids = new Set<string>()
  const finished = new Set<number>()
  let newest = 0

  return {
    kind: 'collect',
    // Whoever looks at it is on the app's thread.
    needsApp: true,
    delivery,
    accepts,
    records: kept,
    get values() {
      return kept.map(({ value }) => value)
    },
    get epoch() {
      return newest
    },
    how: ['records'],
    describe: () => ({ records: kept.length }),
    open() {
      const aside = new Map<number, SinkRecord[]>()
      // What was staged is durable: here in what is left to do itself.
      return {
        async write(given, epoch, isLast) {
          await room?.(given)
          const records = given.map(plain)
          if (delivery === 'plain') kept.push(...records)
          else if (delivery === 'idempotent') {
            const fresh = records.filter(({ id, weight }) => !ids.has(`${weight} ${id}`))
            for (const { id, weight } of fresh) ids.add(`${weight} ${id}`)
            kept.push(...fresh)
          } else {
            const list = aside.get(epoch) ?? []
            aside.set(epoch, [...list, ...records])
            if (delivery === 'transactional' && isLast === true) {
              if (epoch > newest) kept.push(...aside.get(epoch)!)
              newest = Math.max(newest, epoch)
              aside.delete(epoch)
            }
          }
        },
        epoch: () => newest,
        stage(epoch) {
          const records = aside.get(epoch) ?? []
          aside.delete(epoch)
          return { epoch, records } as never
        },
        finish(staged) {
          const { epoch, records } = staged as unknown as { epoch: number; records: readonly SinkRecord[] }
          if (finished.has(epoch)) return
          finished.add(epoch)
          kept.push(...records)
          newest = Math.max(newest, epoch)
        },
        discard: () => aside.clear(),
        close() {},
      }
    },
  }
}
