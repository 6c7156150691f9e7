import { isPromise } from '@heddle/core'
import { dropped, type Run } from './executor.ts'
import type { Frame } from './frame.ts'

/**
 * Runs steps one after the other: what one gives is what the next one reads. Where nothing waits no promise is made, and
 * where the value ends the rest is left out.
 */
export function inSequence(steps: readonly Run[]): Run {
  const [only] = steps
  if (steps.length === 1) return only!
  const last = steps.length
  return (frame) => {
    for (let index = 0; index < last; index++) {
      const value = steps[index]!(frame)
      if (isPromise(value)) return goOn(steps, frame, index, value)
      if (value === dropped) return dropped
      frame.it = value
    }
    return frame.it
  }
}

async function goOn(steps: readonly Run[], frame: Frame, from: number, waiting: Promise<unknown>): Promise<unknown> {
  let value = await waiting
  for (let index = from + 1; index < steps.length && value !== dropped; index++) {
    frame.it = value
    const next = steps[index]!(frame)
    value = isPromise(next) ? await next : next
  }
  return value
}
