import { Defect } from '@heddle/core'
import { z } from 'zod'
import type { AnyAggregate, Moment } from '../aggregates/aggregate.ts'
import type { Flow, GivenRecord } from '../operator/operator.ts'
import type { RecordFunction } from './functions.ts'

/** An aggregate of a window, with what of each record it is given. */
export interface NamedAggregate {
  readonly name: string
  readonly aggregate: AnyAggregate
  /** What it is given of a record, null is not; without it, it is told of each record. */
  readonly value?: RecordFunction | undefined
  /**
   * What it is made of, e.g. `avg(it.delay)`: state that was kept of another one does not fit.
   *
   * @default the name of the aggregate
   */
  readonly madeOf?: string | undefined
}

/**
 * What several aggregates have so far. That of the first stands in the object itself: mostly it is the only one, and where
 * there are many keys, each object less is one less to fetch from memory.
 */
export interface Folded {
  state: unknown
  others?: unknown[]
}

/** Several aggregates as one: what they have so far is an object that stands in a cell. */
export class Fold {
  /** The type of what they have so far, and those of its fields. */
  readonly fields: z.ZodRawShape
  readonly schema: z.ZodType<Folded>
  readonly #all: readonly AnyAggregate[]
  readonly #values: readonly (RecordFunction | undefined)[]

  constructor(aggregates: readonly NamedAggregate[]) {
    this.#all = aggregates.map(({ aggregate }) => aggregate)
    this.#values = aggregates.map(({ value }) => value)
    const [first, second, ...others] = this.#all.map(({ state }) => state)
    this.fields = {
      state: first ?? z.null(),
      ...(second !== undefined && { others: z.tuple([second, ...others]) }),
    }
    this.schema = z.object(this.fields) as z.ZodType as z.ZodType<Folded>
  }

  begin(): Folded {
    const [first, ...others] = this.#all
    const state: unknown = first === undefined ? null : first.initial()
    return others.length === 0 ? { state } : { state, others: others.map(({ initial }) => initial()) }
  }

  add(to: Folded, record: GivenRecord): void {
    const all = this.#all
    for (let index = 0; index < all.length; index++) {
      const value = this.#value(index, record)
      if (value === null || value === undefined) continue
      if (index === 0) to.state = all[0]!.add(to.state, value, record)
      else to.others![index - 1] = all[index]!.add(to.others![index - 1], value, record)
    }
  }

  retract(from: Folded, record: GivenRecord): void {
    this.#each(from, (aggregate, state, index) => {
      const value = this.#value(index, record)
      return value === null || value === undefined ? state : aggregate.retract!(state, value, record)
    })
  }

  /** What each of them is given of a record; null where one is given nothing. */
  valuesOf(record: GivenRecord): unknown[] {
    return this.#all.map((_, index) => this.#value(index, record) ?? null)
  }

  addValues(to: Folded, values: readonly unknown[], at: Moment): void {
    this.#each(to, (aggregate, state, index) =>
      values[index] === null ? state : aggregate.add(state, values[index], at),
    )
  }

  retractValues(from: Folded, values: readonly unknown[], at: Moment): void {
    this.#each(from, (aggregate, state, index) =>
      values[index] === null ? state : aggregate.retract!(state, values[index], at),
    )
  }

  /** Adds to what there is what stands in another one, which nobody uses after that. */
  merge(to: Folded, other: Folded): void {
    this.#each(to, (aggregate, state, index) => aggregate.merge!(state, stateAt(other, index)))
  }

  results(of: Folded): unknown[] {
    return this.#all.map((aggregate, index) => aggregate.result(stateAt(of, index)))
  }

  #each(folded: Folded, next: (aggregate: AnyAggregate, state: unknown, index: number) => unknown): void {
    this.#all.forEach((aggregate, index) => {
      const state = next(aggregate, stateAt(folded, index), index)
      if (index === 0) folded.state = state
      else folded.others![index - 1] = state
    })
  }

  #value(index: number, record: GivenRecord): unknown {
    const valueOf = this.#values[index]
    return valueOf === undefined ? true : valueOf(record.value, record.time, record.key)
  }
}

const stateAt = ({ state, others }: Folded, index: number): unknown => (index === 0 ? state : others![index - 1])

/** @throws {Defect} InvalidDefinition where changes are read and an aggregate cannot take a value back */
export function checkRetracting(aggregates: readonly NamedAggregate[], reads: Flow): void {
  const stuck = reads === 'append' ? undefined : aggregates.find(({ aggregate }) => aggregate.retract === undefined)
  if (stuck === undefined) return
  const reason = 'it cannot take values back, and its step reads a stream that withdraws some'
  throw new Defect('InvalidDefinition', { name: `The aggregate "${stuck.name}"`, reason })
}
