import { expect, test } from 'vitest'
import { Patience } from './patience.ts'

/** Counts how often it is looked, and finds something at the n-th look, if at all. */
function lookout(comesAt = Infinity) {
  const seen = { looks: 0 }
  return { seen, look: () => (++seen.looks >= comesAt ? 'message' : undefined) }
}

test('what comes soon after a lone unit is found without sleeping', () => {
  const patience = new Patience()
  for (let round = 0; round < 3; round++) {
    const { seen, look } = lookout(2000)
    expect(patience.next(1, look)).toBe('message')
    expect(seen.looks).toBe(2000)
  }
})

test('where nothing comes, it is looked for ever more rarely', () => {
  const patience = new Patience()
  const rounds: number[] = []
  for (let round = 0; round < 300; round++) {
    const { seen, look } = lookout()
    expect(patience.next(1, look)).toBeUndefined()
    if (seen.looks > 0) rounds.push(round)
  }
  expect(rounds).toEqual([0, 2, 5, 10, 19, 36, 69, 134, 199, 264])
})

test('after many units at a time the thread sleeps at once', () => {
  const { seen, look } = lookout(1)
  const patience = new Patience()
  expect(patience.next(0, look)).toBeUndefined()
  expect(patience.next(2, look)).toBeUndefined()
  expect(seen.looks).toBe(0)
  expect(patience.next(1, look)).toBe('message')
})
