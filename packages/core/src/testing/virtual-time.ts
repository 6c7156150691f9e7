import type { Clock } from '../ports/clock.ts'
import type { Timers } from '../ports/timers.ts'

/** A clock that stands still until it is moved, and timers that fire on the way. */
export interface VirtualTime {
  readonly clock: Clock
  readonly timers: Timers
  /** When the next timer fires; undefined when none waits. */
  next(): number | undefined
  /** Moves the clock to a time and fires what is due, in order; whatever can go on goes on before the next timer. */
  advanceTo(atMs: number): Promise<void>
  advance(byMs: number): Promise<void>
}

interface Waiting {
  readonly atMs: number
  readonly order: number
  readonly fire: () => void
}

/** 2020-01-01, so that nothing depends on the day of the test. */
const startMs = 1_577_836_800_000

/** Creates virtual time: waiting costs nothing and always takes the same. */
export function createVirtualTime(fromMs = startMs): VirtualTime {
  let nowMs = fromMs
  let order = 0
  const waiting = new Set<Waiting>()

  const earliest = () => {
    let first: Waiting | undefined
    for (const timer of waiting) {
      if (!first || timer.atMs < first.atMs || (timer.atMs === first.atMs && timer.order < first.order)) first = timer
    }
    return first
  }

  const time: VirtualTime = {
    clock: { now: () => nowMs },
    timers: {
      after(delayMs, fire) {
        const timer = { atMs: nowMs + Math.max(0, delayMs), order: order++, fire }
        waiting.add(timer)
        return () => void waiting.delete(timer)
      },
    },
    next: () => earliest()?.atMs,
    async advanceTo(atMs) {
      await settled()
      for (let timer = earliest(); timer && timer.atMs <= atMs; timer = earliest()) {
        waiting.delete(timer)
        nowMs = Math.max(nowMs, timer.atMs)
        timer.fire()
        await settled()
      }
      nowMs = Math.max(nowMs, atMs)
    },
    advance: (byMs) => time.advanceTo(nowMs + byMs),
  }
  return time
}

/** Lets every promise that can go on without time do so. */
export const settled = () => new Promise<void>((resolve) => setImmediate(resolve))
