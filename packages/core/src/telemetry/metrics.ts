import { Defect } from '../error/defect.ts'
import { Histogram } from './histogram.ts'

/** Names and values that tell the series of a family apart. */
export type Labels = Readonly<Record<string, string>>

/** What a family is now. */
export interface MetricFamily {
  readonly name: string
  readonly help: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  readonly series: readonly { readonly labels: Labels; readonly value: number | Histogram }[]
}

/** Something that only grows. */
export class Counter {
  value = 0

  add(by = 1): void {
    this.value += by
  }
}

/** The series of one family. */
export interface Family<Series> {
  /** The series with these label values, in the order of the family's labels. Ask once and keep it: adding is what is fast. */
  of(...values: readonly string[]): Series
}

/** How many series one family may have (limit `metrics.series`). */
export const seriesLimit = 10_000

/** What counts and measures in an open app. Reading it changes nothing. */
export interface Metrics {
  /** @throws {Defect} InvalidDefinition, for a name that Prometheus does not take or that stands for something else */
  counter(name: string, help: string, ...labels: readonly string[]): Family<Counter>
  histogram(name: string, help: string, ...labels: readonly string[]): Family<Histogram>
  /** What is read when somebody asks: one value, or one for each set of labels. The newest reader of a name is asked. */
  gauge(name: string, help: string, read: () => number | readonly (readonly [Labels, number])[]): void
  /** The same for what only grows and is counted elsewhere. */
  reading(name: string, help: string, read: () => number | readonly (readonly [Labels, number])[]): void
  /** Runs before somebody reads: what a gauge tells may have to be asked for. It waits for one that takes long, so none may. */
  prepare(work: () => Promise<void>): void
  /** Does that. One that fails keeps nobody from reading. */
  prepared(): Promise<void>
  /** Every family, in the order of their names. */
  collect(): readonly MetricFamily[]
}

interface Kept {
  readonly type: MetricFamily['type']
  readonly family?: Family<Counter | Histogram>
  readonly labels: readonly string[]
  read(): MetricFamily
}

/**
 * Creates metrics in memory. They are our own and not those of OpenTelemetry, whose counters look up their labels at
 * each addition; here a series is an object that is kept where it is added to.
 */
export function createMetrics(): Metrics {
  const families = new Map<string, Kept>()
  const preparations: (() => Promise<void>)[] = []

  function keep<Series extends Counter | Histogram>(
    type: 'counter' | 'histogram',
    name: string,
    help: string,
    labels: readonly string[],
    make: () => Series,
  ): Family<Series> {
    const known = families.get(name)
    if (known) {
      const isSame = known.type === type && known.family && known.labels.join() === labels.join()
      if (isSame) return known.family as Family<Series>
      throw invalid(name, `it is a ${known.type} with the labels ${known.labels.join(', ') || 'none'} already`)
    }
    assertNames(name, labels)
    const series = new Map<string, { labels: Labels; value: Series }>()
    const family: Family<Series> = {
      of(...values) {
        const address = values.join('\0')
        const found = series.get(address)
        if (found) return found.value
        const isFull = series.size >= seriesLimit
        const key = isFull ? overflow : address
        const own = isFull ? { overflow: 'true' } : labelled(labels, values)
        const made = series.get(key) ?? { labels: own, value: make() }
        series.set(key, made)
        return made.value
      },
    }
    const read = () => Array.from(series.values(), ({ labels, value }) => ({ labels, value: valueOf(value) }))
    families.set(name, { type, family, labels, read: () => ({ name, help, type, series: read() }) })
    return family
  }

  function ask(
    type: 'counter' | 'gauge',
    name: string,
    help: string,
    read: () => number | readonly (readonly [Labels, number])[],
  ): void {
    const known = families.get(name)
    if (known?.family || (known && known.type !== type)) throw invalid(name, `it is a ${known.type} already`)
    assertNames(name, [])
    const asked = () => {
      const found = read()
      return typeof found === 'number' ? [[{}, found] as const] : found
    }
    const series = () => asked().map(([labels, value]) => ({ labels, value }))
    families.set(name, { type, labels: [], read: () => ({ name, help, type, series: series() }) })
  }

  return {
    counter: (name, help, ...labels) => keep('counter', name, help, labels, () => new Counter()),
    histogram: (name, help, ...labels) => keep('histogram', name, help, labels, () => new Histogram()),
    gauge: (name, help, read) => ask('gauge', name, help, read),
    reading: (name, help, read) => ask('counter', name, help, read),
    prepare: (work) => void preparations.push(work),
    async prepared() {
      await Promise.allSettled(preparations.map((prepare) => prepare()))
    },
    collect: () => [...families].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { read }]) => read()),
  }
}

/** No label value is this long. */
const overflow = '\0overflow'

const valueOf = (series: Counter | Histogram) => (series instanceof Counter ? series.value : series)

const labelled = (names: readonly string[], values: readonly string[]): Labels =>
  Object.fromEntries(names.map((name, index) => [name, values[index] ?? '']))

function assertNames(name: string, labels: readonly string[]): void {
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) throw invalid(name, 'it is no name of a metric for Prometheus')
  for (const label of labels) {
    if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(label)) throw invalid(name, `"${label}" is no name of a label`)
  }
}

const invalid = (name: string, reason: string) => new Defect('InvalidDefinition', { name: `metric ${name}`, reason })
