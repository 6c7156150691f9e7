import type { Histogram, Ports } from '@heddle/core'

/** Where the lag of a handler or projection is measured: from emitting an event to being done with it. */
export function readerLag({ telemetry: { metrics } }: Ports, reader: string): Histogram | undefined {
  const help = 'How long events took from their emission until a handler or projection was done with them.'
  return metrics?.histogram('heddle_reader_lag_seconds', help, 'reader').of(reader)
}
