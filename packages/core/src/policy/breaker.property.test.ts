import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createVirtualTime } from '../testing/index.ts'
import { Breaker, type Permit } from './breaker.ts'

const limits = { windowMs: 1000, ratio: 0.5, minimum: 4, openMs: 500, probes: 2 }

/** What a breaker must do, written as a list of everything that ever happened. */
class Model {
  state: 'closed' | 'open' | 'half-open' = 'closed'
  since = 0
  era = 0
  calls: { slice: number; failed: boolean }[] = []
  trying = 0
  succeeded = 0
  nowMs: number
  constructor(nowMs: number) {
    this.nowMs = nowMs
  }
  become(state: Model['state']): void {
    this.state = state
    this.since = this.nowMs
    this.era++
    this.calls = []
    this.trying = this.succeeded = 0
  }
  enter(): number | 'refused' {
    if (this.state === 'open' && this.nowMs - this.since >= limits.openMs) this.become('half-open')
    if (this.state === 'open') return 'refused'
    if (this.state === 'half-open' && this.trying++ >= limits.probes) {
      this.trying--
      return 'refused'
    }
    return this.era
  }
  end(era: number, how: 'succeeded' | 'failed' | 'unknown'): void {
    if (era !== this.era) return
    if (this.state === 'half-open') {
      this.trying--
      if (how === 'failed') this.become('open')
      if (how === 'succeeded' && ++this.succeeded === limits.probes) this.become('closed')
      return
    }
    if (how === 'unknown') return
    const slice = Math.floor(this.nowMs / 100)
    this.calls.push({ slice, failed: how === 'failed' })
    const recent = this.calls.filter((call) => call.slice > slice - 10)
    const failures = recent.filter(({ failed }) => failed).length
    if (how === 'failed' && recent.length >= limits.minimum && failures / recent.length >= limits.ratio)
      this.become('open')
  }
}

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.constant({ do: 'enter' as const }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('end' as const),
        which: fc.nat(5),
        how: fc.constantFrom('succeeded' as const, 'failed' as const, 'failed' as const, 'unknown' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.nat(1200) }) },
  ),
  { maxLength: 120, size: 'max' },
)

test('a breaker does what its model does, in whatever order calls begin and end', async () => {
  const reached = new Set<string>()
  await fc.assert(
    fc.asyncProperty(steps, async (plan) => {
      const time = createVirtualTime()
      const breaker = new Breaker(limits, time.clock)
      const model = new Model(time.clock.now())
      const open: { permit: Permit; era: number }[] = []
      for (const step of plan) {
        if (step.do === 'wait') {
          await time.advance(step.ms)
          model.nowMs = time.clock.now()
        } else if (step.do === 'enter') {
          const [permit, era] = [breaker.enter(), model.enter()]
          expect(typeof permit === 'number').toBe(era === 'refused')
          if (typeof permit !== 'number') open.push({ permit, era: era as number })
        } else {
          const [call] = open.splice(step.which, 1)
          call?.permit.end(step.how)
          if (call) model.end(call.era, step.how)
        }
        expect(breaker.state).toBe(model.state)
        reached.add(breaker.state)
      }
    }),
    { numRuns: 500 },
  )
  expect([...reached].sort()).toEqual(['closed', 'half-open', 'open'])
})
