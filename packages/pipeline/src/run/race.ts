import { type AnyFailure, FailedCall, type Outcome } from '@heddle/core'
import { neededOf, type ParallelConfig } from '../kinds/parallel-config.ts'
import type { Building, Run } from './executor.ts'
import type { Merge } from './merge.ts'

/**
 * Who of several may go on. A branch asks before its writes are taken over, so that no more than needed are; `over`
 * settles when the others need not go on.
 */
export interface Gate {
  enter(): boolean
  readonly over: Promise<void>
}

/** Runs branches at once until enough have succeeded. What the others wrote is undone, and they are given up. */
export function raced(config: ParallelConfig, building: Building, merge: Merge): Run {
  const needed = neededOf(config)
  const branches = config.branches.map(({ id, steps }) =>
    building.isolate((inner) => inner.steps(steps), `${id}Branch`),
  )

  return async (frame) => {
    const { it } = frame
    const { promise: over, resolve: end } = Promise.withResolvers<void>()
    let entered = 0
    const gate: Gate = { enter: () => entered < needed && ++entered > 0, over }
    const values: unknown[] = []
    const order: number[] = []
    const failures: (readonly AnyFailure[])[] = []

    const settle = (index: number, outcome: Outcome<unknown, AnyFailure>) => {
      if (outcome.ok) {
        values[index] = outcome.value
        order.push(index)
        if (order.length === needed) end()
        return
      }
      failures[index] = outcome.errors
      const lost = failures.filter((errors) => errors !== undefined).length
      if (lost > branches.length - needed) end()
    }
    await Promise.all(branches.map(async (branch, index) => settle(index, await branch(frame.inner(it), gate))))
    if (order.length >= needed) return merge(frame, values, order)
    throw new FailedCall(failures.find((errors) => errors?.some(({ code }) => code !== 'Cancelled')) ?? [])
  }
}
