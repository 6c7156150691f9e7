import type { OpenApp } from '@heddle/core'
import type { PlainEndpoint } from '../http/endpoint.ts'
import { prometheusText, prometheusType } from './prometheus-text.ts'

/**
 * `/metrics` for those who hold `heddle:operate`, and for requests from this machine by no proxy. It is missing where
 * nobody wants calls to be observed.
 */
export function metricsEndpoint({ ports: { telemetry } }: OpenApp): Record<string, PlainEndpoint> {
  const { metrics } = telemetry
  if (!metrics) return {}
  return {
    '/metrics': {
      kind: 'plain',
      mediaType: 'text/plain',
      access: 'operator or near',
      async answer() {
        await metrics.prepared()
        return {
          status: 200,
          headers: { 'content-type': prometheusType, 'cache-control': 'no-store' },
          body: prometheusText(metrics.collect()),
        }
      },
    },
  }
}
