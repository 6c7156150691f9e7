import { Defect, type Host, type Part, type PartKind, parseDuration } from '@heddle/core'
import { closeSdk, openSdk, type Sdk } from './sdk.ts'
import { sendMetrics } from './send-metrics.ts'

/** Where spans and metrics go, and which. */
export interface OtlpOptions {
  /** The collector; `/v1/traces` and `/v1/metrics` are added. @default OTEL_EXPORTER_OTLP_ENDPOINT, or 'http://localhost:4318' */
  readonly url?: string
  /** The share of calls without a parent that are recorded, 0 to 1. @default OTEL_TRACES_SAMPLER_ARG, or 1 */
  readonly ratio?: number
  /** Sent along, e.g. a token. @default OTEL_EXPORTER_OTLP_HEADERS */
  readonly headers?: Readonly<Record<string, string>>
  /** How often metrics are sent. @default '1m' */
  readonly metrics?: string | false
  /** `service.name`. @default OTEL_SERVICE_NAME, or the name of the app */
  readonly name?: string
}

/** Where an app tells about itself is no contract with anybody. */
const otlpKind: PartKind = { name: 'otlp', compare: () => [] }

/**
 * Sends spans and metrics to a collector by OTLP over HTTP. The libraries that do it are loaded when the app is opened.
 *
 * @throws {Defect} MissingLibrary, InvalidConfig; when the app is opened
 * @example app('bank', { parts: [bank, http(), otlp({ url: 'http://collector:4318', ratio: 0.01 })] })
 */
export function otlp(options: OtlpOptions = {}): Part {
  const intervalMs = options.metrics === false ? undefined : parseDuration(options.metrics ?? '1m')
  const declared = { kind: otlpKind, name: 'otlp', describe: () => ({}) }
  return { ...declared, simulated: () => declared, instance: () => opened(options, intervalMs) }

  function opened(given: OtlpOptions, everyMs: number | undefined): Part {
    let sdk: Sdk | undefined
    let stopSending: (() => Promise<void>) | undefined
    return {
      ...declared,
      async observe({ name, ports, environment }) {
        const service = given.name ?? environment.OTEL_SERVICE_NAME ?? name
        const ratio = ratioOf(given, environment)
        const url = (given.url ?? environment.OTEL_EXPORTER_OTLP_ENDPOINT ?? 'http://localhost:4318').replace(/\/$/, '')
        sdk = await openSdk({ url, headers: given.headers, service, ratio, ports })
        return { metrics: everyMs !== undefined, tracing: sdk.tracing }
      },
      open({ ports }) {
        const { metrics } = ports.telemetry
        if (everyMs !== undefined && metrics && sdk) stopSending = sendMetrics({ sdk, metrics, ports, everyMs })
      },
      async stop() {
        await stopSending?.()
        if (sdk) await closeSdk(sdk)
        sdk = stopSending = undefined
      },
    }
  }
}

/** @throws {Defect} InvalidConfig */
function ratioOf({ ratio }: OtlpOptions, { OTEL_TRACES_SAMPLER_ARG: told }: Host['environment']): number {
  const found = ratio ?? (told === undefined || told === '' ? 1 : Number(told))
  if (found >= 0 && found <= 1) return found
  throw new Defect('InvalidConfig', { reason: `the ratio of calls that are recorded is ${ratio ?? told}, not 0 to 1` })
}
