import { createMetrics } from '@heddle/core'
import { expect, test } from 'vitest'
import { prometheusText } from './prometheus-text.ts'

test('counters, gauges and histograms are written in the text format, in the order of their names', () => {
  const metrics = createMetrics()
  const calls = metrics.counter('b_total', 'Calls\nof \\ all.', 'command')
  calls.of('shop.Order').add(2)
  calls.of('a "quoted" \\ name\n').add()
  metrics.gauge('a_open', 'Open.', () => 0.5)
  metrics.gauge('d_endless', 'Endless.', () => Infinity)
  metrics.counter('e_total', 'Never counted.', 'command')
  const durations = metrics.histogram('c_seconds', 'Time.', 'command')
  for (const seconds of [0.0002, 0.003, 99]) durations.of('shop.Order').add(seconds)

  const text = prometheusText(metrics.collect())
  expect(text.split('\n').filter((line) => !line.includes('_bucket'))).toEqual([
    '# HELP a_open Open.',
    '# TYPE a_open gauge',
    'a_open 0.5',
    '# HELP b_total Calls\\nof \\\\ all.',
    '# TYPE b_total counter',
    'b_total{command="shop.Order"} 2',
    'b_total{command="a \\"quoted\\" \\\\ name\\n"} 1',
    '# HELP c_seconds Time.',
    '# TYPE c_seconds histogram',
    'c_seconds_sum{command="shop.Order"} 99.0032',
    'c_seconds_count{command="shop.Order"} 3',
    '# HELP d_endless Endless.',
    '# TYPE d_endless gauge',
    'd_endless +Inf',
    '',
  ])
  expect(text).toContain('c_seconds_bucket{command="shop.Order",le="0.0001"} 0\n')
  expect(text).toContain('c_seconds_bucket{command="shop.Order",le="0.00025"} 1\n')
  expect(text).toContain('c_seconds_bucket{command="shop.Order",le="10"} 2\n')
  expect(text).toContain('c_seconds_bucket{command="shop.Order",le="+Inf"} 3\n')
})
