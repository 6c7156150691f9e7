import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import type { Metrics } from './metrics.ts'

const nanoseconds = 1e9
/** How often the event loop is looked at. The histogram counts from one look to the next, so this is what is on time. */
const resolutionMs = 20

/** Measures this process: processor, memory, and how late the event loop is. Answers with the way to stop. */
export function measureProcess(metrics: Metrics, app: string): () => void {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs })
  delay.enable()
  let before = performance.eventLoopUtilization()

  metrics.gauge('heddle_info', 'What runs here.', () => [[{ app, node: process.version }, 1]])
  metrics.gauge('heddle_event_loop_delay_seconds', 'How late timers were since this was read last.', () => {
    const read = [50, 99, 100].map((percentile) => [
      { percentile: String(percentile) },
      Math.max(0, delay.percentile(percentile) / nanoseconds - resolutionMs / 1000),
    ])
    delay.reset()
    return read as [{ percentile: string }, number][]
  })
  metrics.gauge(
    'heddle_event_loop_utilization',
    'Share of time in which the event loop worked since the last read.',
    () => {
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, before)
      before = now
      return utilization
    },
  )
  metrics.reading('process_cpu_seconds_total', 'Processor time, user and system.', () => {
    const { user, system } = process.cpuUsage()
    return (user + system) / 1e6
  })
  metrics.gauge('process_resident_memory_bytes', 'Memory that the process holds.', () => process.memoryUsage.rss())
  metrics.gauge(
    'process_start_time_seconds',
    'When the process began, since 1970.',
    () => performance.timeOrigin / 1000,
  )
  metrics.gauge('nodejs_heap_size_used_bytes', 'Heap in use.', () => process.memoryUsage().heapUsed)
  metrics.gauge('nodejs_heap_size_total_bytes', 'Heap that is reserved.', () => process.memoryUsage().heapTotal)
  return () => delay.disable()
}
