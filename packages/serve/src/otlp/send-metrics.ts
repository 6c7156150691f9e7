import type { Metrics, Ports } from '@heddle/core'
import { metricData } from './metric-data.ts'
import { type Sdk, tellOnce } from './sdk.ts'

/** What is sent, and how often. */
interface Sending {
  readonly sdk: Sdk
  readonly metrics: Metrics
  readonly ports: Ports
  readonly everyMs: number
}

/** Sends metrics from time to time. Answers with the way to stop, which sends them once more. */
export function sendMetrics({ sdk, metrics, ports, everyMs }: Sending): () => Promise<void> {
  const { clock, timers, log } = ports
  const startedAt = clock.now()
  const tell = tellOnce(log, 'metrics could not be sent')
  let cancel = arm()
  let sending = Promise.resolve()

  function arm() {
    return timers.after(
      everyMs,
      () => {
        sending = send()
        cancel = arm()
      },
      { background: true },
    )
  }

  async function send(): Promise<void> {
    await metrics.prepared()
    const scope = { scope: { name: 'heddle' }, metrics: metricData(metrics.collect(), startedAt, clock.now()) }
    return new Promise((resolve) => {
      sdk.metricExporter.export({ resource: sdk.resource, scopeMetrics: [scope] }, ({ code, error }) => {
        tell(error, code !== 0)
        resolve()
      })
    })
  }

  return async () => {
    cancel()
    await sending
    await send()
  }
}
