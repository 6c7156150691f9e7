import { Defect } from '@heddle/core'
import {
  type AggregateCall,
  aggregatesWith,
  compileExpression,
  formatExpression,
  splitAggregates,
} from '@heddle/pipeline'
import type { Flow } from '../operator/operator.ts'
import type { AnyAggregate } from '../aggregates/aggregate.ts'
import { aggregateExecutors } from '../aggregates/functions.ts'
import type { Key } from '../record/record.ts'
import type { JobBuilding } from './executor.ts'
import type { NamedAggregate } from './fold.ts'

/** Aggregate expressions of a plan, made ready. */
export interface PlannedAggregates {
  /** What is kept: each call once, whatever is made of it. */
  readonly aggregates: readonly NamedAggregate[]
  /** Adds the fields of the result to a record, from the values of these aggregates. */
  readonly fields: (key: Key, values: readonly unknown[], made?: Record<string, unknown>) => Record<string, unknown>
}

/**
 * Makes aggregate expressions ready: `sum(it.a) / count()` is two aggregates and what is made of them.
 *
 * @param takesBack whether values are taken back from the aggregates
 */
export function aggregatesOf(
  expressions: Readonly<Record<string, string>>,
  building: JobBuilding,
  takesBack: Flow,
): PlannedAggregates {
  const known = aggregatesWith(building.aggregates)
  const splits = Object.entries(expressions).map(([name, text]) => {
    const split = splitAggregates(text, known)
    if (!split.ok) throw new Defect('InvalidDefinition', { name, reason: split.errors[0]!.message })
    return [name, split] as const
  })
  const calls = new Map(splits.flatMap(([, split]) => split.calls.map((call) => [textOf(call), call] as const)))
  // In an order that does not depend on that of the expressions, so that what was kept fits when they are moved.
  const texts = [...calls.keys()].sort()
  const aggregates = texts.map((text) => aggregateOf(text, calls.get(text)!, building, takesBack))

  const makers = splits.map(([name, { calls: used, result }]) => {
    const places = used.map((call) => texts.indexOf(textOf(call)))
    const [place] = places
    if (result.kind === 'root' && result.name === 'agg0') {
      return [name, (_key: Key, values: readonly unknown[]) => values[place!]] as const
    }
    const run = compileExpression(result)
    const scope: Record<string, unknown> = { parameters: building.parameters }
    const make = (key: Key, values: readonly unknown[]): unknown => {
      scope.key = key
      places.forEach((one, index) => (scope[`agg${index}`] = values[one]))
      return run(scope)
    }
    return [name, make] as const
  })

  return {
    aggregates,
    fields(key, values, made = {}) {
      for (let at = 0; at < makers.length; at++) made[makers[at]![0]] = makers[at]![1](key, values)
      return made
    },
  }
}

/** What is called, as text: `percentile(it.delay, 0.95)`. */
const textOf = ({ function: name, args, literals }: AggregateCall): string =>
  `${name}(${[...args.map(formatExpression), ...literals].join(', ')})`

/** An aggregate with what it is given of each record: the value of its one expression, or a list of all. */
function aggregateOf(madeOf: string, call: AggregateCall, building: JobBuilding, takesBack: Flow): NamedAggregate {
  const { function: name, args, literals } = call
  const values = args.map((arg) => building.expression(formatExpression(arg)))
  const own = building.aggregates.get(name)
  const aggregate: AnyAggregate =
    own?.aggregate ?? aggregateExecutors[name]!({ args: args.length, literals, reads: takesBack })
  const given = own === undefined ? [] : literals
  if (values.length + given.length === 0) return { name, aggregate, madeOf }
  if (values.length === 1 && given.length === 0) return { name, aggregate, madeOf, value: values[0]! }
  return {
    name,
    aggregate,
    madeOf,
    value: (value, time, key) => [...values.map((one) => one(value, time, key)), ...given],
  }
}
