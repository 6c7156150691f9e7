import { Histogram, type Labels, type MetricFamily } from '@heddle/core'
import type { DataPoint, MetricData } from '@opentelemetry/sdk-metrics'

// Values of OpenTelemetry's enums: importing them would load its SDK for metrics, of which nothing else is needed.
const cumulative = 1 as MetricData['aggregationTemporality']
const double = 1 as MetricData['descriptor']['valueType']
const types = { histogram: 0, gauge: 2, counter: 3 } as const

/** Metrics as OpenTelemetry's exporters take them. Times are in milliseconds since 1970. */
export function metricData(families: readonly MetricFamily[], startedAt: number, now: number): MetricData[] {
  const [startTime, endTime] = [hrTime(startedAt), hrTime(now)]
  return families.map(({ name, help, type, series }) => {
    const point = <Value>(labels: Labels, value: Value): DataPoint<Value> => {
      return { startTime, endTime, attributes: labels, value }
    }
    return {
      descriptor: { name, description: help, unit: unitOf(name), valueType: double },
      aggregationTemporality: cumulative,
      dataPointType: types[type],
      ...(type === 'counter' && { isMonotonic: true }),
      dataPoints: series.map(({ labels, value }) =>
        value instanceof Histogram ? point(labels, histogram(value)) : point(labels, value),
      ),
    } as MetricData
  })
}

const histogram = ({ bounds, counts, sum, count }: Histogram) => ({
  buckets: { boundaries: [...bounds], counts: [...counts] },
  sum,
  count,
})

/** The unit that a name ends with, in UCUM's words. */
function unitOf(name: string): string {
  if (/_seconds(_total)?$/.test(name)) return 's'
  return name.endsWith('_bytes') ? 'By' : ''
}

const hrTime = (ms: number): [number, number] => [Math.floor(ms / 1000), (ms % 1000) * 1_000_000]
