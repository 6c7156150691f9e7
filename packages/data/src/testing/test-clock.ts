import { expect, test } from 'vitest'
import type { DatabaseClock } from '../database/database-clock.ts'

/** The part of the database contract that is about its clock. */
export function testClock(database: () => DatabaseClock): void {
  test('the clock of the database tells milliseconds since 1970, and goes on', async () => {
    const first = await database().now()
    const second = await database().now()
    expect(first).toBeGreaterThan(Date.UTC(2020, 0))
    expect(second).toBeGreaterThanOrEqual(first)
  })
}
