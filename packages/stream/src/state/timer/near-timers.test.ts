import fc from 'fast-check'
import { expect, test } from 'vitest'
import { NearTimers, Timer } from './near-timers.ts'

const at = fc.integer({ min: 0, max: 3 })
const key = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.constantFrom(NaN, 'a', 'b', null))
const act = fc.oneof(
  fc.record({ act: fc.constant('add' as const), at, key }),
  fc.record({ act: fc.constant('cancel' as const), at, key }),
  fc.record({ act: fc.constant('take' as const) }),
)

test('gives timers in the order of their times and keys, whichever were added and cancelled in between', () => {
  fc.assert(
    fc.property(fc.array(act, { maxLength: 200 }), (acts) => {
      const timers = new NearTimers()
      const model = new Map<string, Timer>()
      const inOrder = () => [...model.values()].sort((a, b) => a.time - b.time || (a.text < b.text ? -1 : 1))
      for (const one of acts) {
        if (one.act === 'take') {
          const first = timers.peek()
          expect(first).toBe(inOrder()[0])
          if (first === undefined) continue
          timers.remove(first)
          model.delete(`${first.time} ${first.text}`)
          continue
        }
        const timer = new Timer(one.at, one.key, one.key)
        const name = `${timer.time} ${timer.text}`
        if (one.act === 'cancel') {
          const known = timers.get(one.at, one.key)
          expect(known).toBe(model.get(name))
          if (known !== undefined) timers.remove(known)
          model.delete(name)
        } else if (!model.has(name)) {
          timers.add(timer)
          model.set(name, timer)
        }
      }
      expect(timers.all()).toEqual(inOrder())
      expect([timers.size, timers.first]).toEqual([model.size, inOrder()[0]?.time ?? Infinity])
    }),
    { numRuns: 500 },
  )
})
