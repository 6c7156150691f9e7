import { isPromise } from '@heddle/core'
import { dropped, type Run } from './executor.ts'
import type { Frame } from './frame.ts'

interface Started {
  readonly frame: Frame
  readonly value: unknown
}

/**
 * Runs steps at once of which none waits for another. It ends as if they ran one after the other: with the first failure
 * in the order of the plan, though a later one came first, and with the value of the last step.
 */
export function atOnce(steps: readonly Run[]): Run {
  return async (frame) => {
    const started: Started[] = []
    let thrown: { readonly error: unknown } | undefined
    for (const step of steps) {
      const own = frame.inner(frame.it)
      try {
        started.push({ frame: own, value: step(own) })
      } catch (error) {
        thrown = { error }
        break
      }
    }
    // All have to end before anybody goes on: nothing of them may run behind a failure.
    await Promise.allSettled(started.filter(({ value }) => isPromise(value)).map(({ value }) => value))
    for (const { frame: own, value } of started) {
      const given = await value
      if (given === dropped) return dropped
      frame.steps = { ...frame.steps, ...own.steps }
      frame.it = given
    }
    if (thrown) throw thrown.error
    return frame.it
  }
}
