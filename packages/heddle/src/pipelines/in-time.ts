import { settled } from '@heddle/core/testing'
import type { TestApp } from '../testing/test-app.ts'

/** How many times the clock is moved for one call (limit `test.waits`). */
const waitLimit = 100_000

/** Moves the time whenever nothing else can go on, until a call has ended. */
export async function inTime<Value>({ time }: TestApp, call: Promise<Value>): Promise<Value> {
  let ended = false
  void call.finally(() => (ended = true))
  await settled()
  for (let waits = 0; !ended && waits < waitLimit; waits++) {
    const next = time.next()
    if (next === undefined) break
    await time.advanceTo(next)
  }
  return call
}
