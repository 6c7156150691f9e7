import { Session } from 'node:inspector/promises'
import { sleep, systemFailure, type Timers } from '@heddle/core'

/** Two at a time would be in each other's way. */
let isRunning = false

/**
 * A CPU profile of the next seconds.
 *
 * @throws {Failure} InProgress, while another one runs
 */
export async function cpuProfile(timers: Timers, seconds: number): Promise<unknown> {
  if (isRunning) throw systemFailure('InProgress', {}, { message: 'Another profile is being taken.' })
  isRunning = true
  const session = new Session()
  try {
    session.connect()
    await session.post('Profiler.enable')
    await session.post('Profiler.start')
    await sleep(timers, seconds * 1000)
    const { profile } = await session.post('Profiler.stop')
    return profile
  } finally {
    session.disconnect()
    isRunning = false
  }
}
