import { describe, expect, test } from 'vitest'
import { isDeepStrictEqual } from 'node:util'
import type { Operator } from '../operator/operator.ts'
import { OperatorDrive, type ToldRecord } from './operator-drive.ts'
import { driveOperator, feed, numbered, observeOperator, runOperator } from './run-operator.ts'
import { isWatermark, type RecordEvent, type StreamEvent } from './stream-events.ts'

/** A list of events, and what an operator must tell of it. */
export interface OperatorCase {
  /** A whole sentence, e.g. `drops a duplicate inside the memory`. */
  readonly name: string
  readonly events: readonly StreamEvent[]
  /** Left out where only the contract counts. */
  readonly expected?: readonly RecordEvent[]
  /** How many records come too late. @default 0 */
  readonly late?: number
}

/** What holds of an operator beyond the contract. */
export interface OperatorTraits {
  /** Whether a key has no state left once event time has gone on for long. @default true */
  readonly forgets?: boolean
  /** Whether everything that it is given can be withdrawn again. @default where it accepts `changes` */
  readonly withdraws?: boolean
}

/**
 * The contract that each operator keeps. It is rebuilt between any two events, two of it run side by side, records come
 * in batches, event time goes on without them, everything is withdrawn again, and at the end no key has state left.
 *
 * @example
 * testOperator(() => dedupe({ by: ({ id }) => id, memoryMs: 10 }), [
 *   { name: 'drops a duplicate', events: [record({ id: 1 }, 0), record({ id: 1 }, 9)], expected: [record({ id: 1 }, 0)] },
 * ])
 */
export function testOperator(
  make: () => Operator,
  cases: readonly OperatorCase[],
  { forgets = true, withdraws = make().accepts === 'changes' }: OperatorTraits = {},
): void {
  const { kind } = make()

  describe.each(cases)(`the operator "${kind}" $name`, ({ events, expected, late }) => {
    const usual = runOperator(make, events, { keys: true, ids: true })

    if (expected !== undefined) {
      test('tells what is expected', () => {
        const run = observeOperator(make, events)
        expect(run.records).toEqual(expected)
        expect(run.late).toBe(late ?? 0)
      })
    }

    test('tells the same when it is rebuilt from a checkpoint between any two events', () => {
      expect(runOperator(make, events, { rebuild: 'everywhere', keys: true, ids: true })).toEqual(usual)
    })

    test('tells the same over the state of a job, with hardly any memory', () => {
      expect(runOperator(make, events, { state: 'task', keys: true, ids: true })).toEqual(usual)
      const rebuilt = runOperator(make, events, { state: 'task', rebuild: 'everywhere', keys: true, ids: true })
      expect(rebuilt).toEqual(usual)
    })

    test('tells the same, in whatever batches the records come', () => {
      for (let seed = 1; seed <= 10; seed += 1) {
        const batched = runOperator(make, events, { batches: seed, keys: true, ids: true })
        expect(sorted(batched)).toEqual(sorted(usual))
      }
    })

    test('tells the same when event time goes on between the records', () => {
      expect(sorted(runOperator(make, events, { idle: true, keys: true, ids: true }))).toEqual(sorted(usual))
    })

    test('shares nothing with another one that runs at the same time', () => {
      const [one, other] = [new OperatorDrive(make), new OperatorDrive(make)]
      for (const event of numbered(events)) {
        feed(one, event)
        feed(other, event)
      }
      expect(one.told).toEqual(other.told)
      expect(one.told.map(({ id, value }) => ({ id, value }))).toEqual(usual.map(({ id, value }) => ({ id, value })))
    })

    test('tells nothing that steps behind it would take for late', () => {
      const { told } = driveOperator(make, events, {})
      expect(told.filter(({ side, time, earliest }) => side === undefined && time < earliest)).toEqual([])
    })

    test('gives each record an id of its own', () => {
      const ids = driveOperator(make, events, {}).told.flatMap(({ id, weight }) => (weight === 1 ? [id] : []))
      expect(new Set(ids).size).toBe(ids.length)
    })

    test('withdraws only what it told before', () => {
      expect(heldOf(driveOperator(make, events, {}).told).filter(({ count }) => count < 0)).toEqual([])
    })

    if (withdraws) {
      test('has told nothing, all in all, once everything is withdrawn', () => {
        expect(heldOf(driveOperator(make, withdrawn(events), {}).told)).toEqual([])
      })
    }

    if (forgets) {
      test('has no state left once event time has gone on for long', () => {
        const atLast = [...events, { watermark: 8.64e15 }]
        expect(observeOperator(make, atLast).keys).toBe(0)
        expect(observeOperator(make, atLast, { state: 'task', rebuild: 'everywhere' }).keys).toBe(0)
      })
    }
  })
}

/** The events with each record withdrawn after the last of them, before the first watermark. */
function withdrawn(events: readonly StreamEvent[]): readonly StreamEvent[] {
  const records = numbered(events).flatMap((event) => (isWatermark(event) ? [] : [event]))
  const back = records.map(
    (event) => ({ ...event, weight: event.weight === -1 ? 1 : -1, id: `${event.id}/back` }) as const,
  )
  return [...records, ...back, { watermark: 8.64e15 }]
}

/** What is left of what was told: values and keys with how often they are there, where that is not zero. */
function heldOf(told: readonly ToldRecord[]): readonly { value: unknown; key: unknown; count: number }[] {
  const held: { value: unknown; key: unknown; side: string | undefined; count: number }[] = []
  for (const { value, key, side, weight } of told) {
    const same = held.find((one) => isDeepStrictEqual([one.value, one.key, one.side], [value, key, side]))
    if (same === undefined) held.push({ value, key, side, count: weight })
    else same.count += weight
  }
  return held.filter(({ count }) => count !== 0)
}

/** Watermarks that come at other moments change the order of what is told, but not what is told. */
const sorted = (records: readonly RecordEvent[]): readonly RecordEvent[] =>
  records.toSorted((left, right) =>
    left.id! < right.id! ? -1 : left.id! > right.id! ? 1 : (left.weight ?? 1) - (right.weight ?? 1),
  )
