import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { sleep, type Timers } from '@heddle/core'

const resolutionMs = 10
const nanosecondsPerMs = 1e6

/** How late the event loop is during the next seconds, in milliseconds, and which share of the time it works. */
export async function eventLoopDelay(timers: Timers, seconds: number) {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs })
  const before = performance.eventLoopUtilization()
  histogram.enable()
  await sleep(timers, seconds * 1000)
  histogram.disable()
  // The histogram counts from one tick to the next, so what is on time counts as the resolution.
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / nanosecondsPerMs - resolutionMs)
  return {
    seconds,
    delayMs: {
      p50: late(histogram.percentile(50)),
      p90: late(histogram.percentile(90)),
      p99: late(histogram.percentile(99)),
      max: late(histogram.max),
    },
    utilization: performance.eventLoopUtilization(before).utilization,
  }
}
