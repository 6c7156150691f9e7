import { z } from 'zod'
import { type Flow, operator, type Operator } from '../operator/operator.ts'
import type { Key } from '../record/record.ts'
import { value } from '../state/cells.ts'
import { checkRetracting, type NamedAggregate } from './fold.ts'
import type { KeyFunction } from './functions.ts'
import { type Pane, Panes } from './pane.ts'
import { shapeOf } from './window-options.ts'

/** What a running aggregate does. */
export interface AggregateOptions {
  /** The key of a record; without it the key stands that it has. */
  readonly key?: KeyFunction | undefined
  readonly aggregates: readonly NamedAggregate[]
  /** The value to tell, from the key and the values of the aggregates. @default the aggregates by their names */
  readonly give?: ((key: Key, values: readonly unknown[]) => unknown) | undefined
  /** Whether records of weight −1 come in. @default 'append' */
  readonly reads?: Flow | undefined
}

/** What a key has so far. */
interface Running extends Pane {
  /** The latest time at which something was told; missing in state that was kept before this was. */
  latest?: number
}

const unbounded = { start: undefined, end: undefined }

/**
 * Tells for each record what the aggregates of its key are now, after withdrawing what they were; nothing where nothing
 * changed. What an earlier record changes is told at the time of the result that it withdraws: nothing ends before it
 * began. A key whose records are all withdrawn is forgotten. Its state grows with the number of keys.
 *
 * @throws {Defect} InvalidDefinition where changes are read and an aggregate cannot take a value back
 * @example In a plan: `aggregate: { flights: count(), mean: avg(it.delay) }`
 * @example aggregateOperator({ aggregates: [{ name: 'flights', aggregate: count }] })
 */
export function aggregateOperator({ key, aggregates, give, reads = 'append' }: AggregateOptions): Operator {
  checkRetracting(aggregates, reads)
  const panes = new Panes({
    assign: { global: true },
    aggregates,
    trigger: { count: 1 },
    reads,
    ...(give && { give: (of: Key, _span: unknown, values: readonly unknown[]) => give(of, values) }),
  })
  return operator({
    kind: 'aggregate',
    ...(key && { key }),
    shape: shapeOf({ aggregates, reads }, {}),
    state: { all: value(panes.schemaWith<Running>({ latest: z.number().optional() })) },
    accepts: reads,
    emits: 'changes',
    onRecord(record, { all }, out) {
      let pane = all.get()
      if (pane === undefined) {
        // What was never there cannot be withdrawn.
        if (record.weight === -1) return
        all.set((pane = { ...panes.begin(), latest: record.time }))
      } else all.touch()
      panes.take(pane, record)
      const { latest, revision } = pane
      const time = latest !== undefined && latest > record.time ? latest : record.time
      panes.tell(pane, unbounded, time, undefined, out)
      if (pane.revision !== revision) pane.latest = time
      if (pane.rows === 0) all.clear()
    },
  })
}
