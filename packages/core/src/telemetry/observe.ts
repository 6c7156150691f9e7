import type { Host, Part } from '../app/part.ts'
import { createMetrics } from './metrics.ts'
import { measureProcess } from './process-metrics.ts'
import { noTelemetry, type Telemetry } from './telemetry.ts'
import { hasTracerProvider, loadTracing, type Tracing } from './tracing.ts'

/** What is observed in one open app. */
export interface Observed {
  readonly telemetry: Telemetry
  /** Frees what it measures with. */
  stop(): void
}

const nothing: Observed = { telemetry: noTelemetry, stop() {} }

/**
 * Asks the parts what they want to be observed, before any of them is opened, so that each lays out what is observed and
 * nothing else. A tracer provider that the process has registered counts as wanting spans.
 */
export async function observe(name: string, parts: readonly Part[], host: Omit<Host, 'app'>): Promise<Observed> {
  let wantsMetrics = false
  let tracing: Tracing | undefined
  for (const part of parts) {
    const wanted = await part.observe?.({ ...host, name })
    wantsMetrics ||= wanted?.metrics ?? false
    tracing ??= wanted?.tracing
  }
  if (!tracing && hasTracerProvider()) tracing = await loadTracing({ random: host.ports.random })
  if (!wantsMetrics) return tracing ? { telemetry: { tracing }, stop() {} } : nothing
  const metrics = createMetrics()
  const stop = measureProcess(metrics, name)
  return { telemetry: { metrics, ...(tracing && { tracing }) }, stop }
}
