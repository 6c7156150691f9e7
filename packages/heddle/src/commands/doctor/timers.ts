import { sleep, stopwatchOf } from '@heddle/core'
import { type Check, ok, warn } from './finding.ts'

const naps = 10
const napMs = 10
/** Beyond this, calls wait for the processor and not for their work. */
const lateMs = 50

/** How late timers come here: on a machine that is busy, or whose share of processors is used up, they come late. */
export const checkTimers: Check = async ({ clock, timers }) => {
  const elapsed = stopwatchOf(clock)
  const late: number[] = []
  for (let nap = 0; nap < naps; nap++) {
    const began = elapsed()
    await sleep(timers, napMs)
    late.push(Math.max(0, elapsed() - began - napMs))
  }
  return timersFinding(late)
}

/** @param late how many milliseconds each of some timers was late */
export function timersFinding(late: readonly number[]) {
  const worst = Math.max(...late)
  const detail = `at most ${worst.toFixed(1)} ms late`
  if (worst <= lateMs) return ok('event loop', detail)
  return warn('event loop', detail, 'The machine is busy: see what else runs, or give it more processors.')
}
