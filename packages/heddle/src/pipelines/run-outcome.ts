import type { AnyFailure, Outcome } from '@heddle/core'
import type { TestApp } from '../testing/test-app.ts'
import type { TestCase } from './case-file.ts'
import { inTime } from './in-time.ts'

/** How many times the clock is moved for a run: it looks about itself once an hour (limit `test.waits`). */
const waitLimit = 20_000

const ended: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled'])
const halted: ReadonlySet<string> = new Set(['parked', 'blocked', 'paused'])

interface Explained {
  readonly state: string
  readonly because: readonly string[]
}

/**
 * Sends a run its signals, moves the time until it has ended, and gives its outcome; of one that does not end, what
 * it waits for.
 */
export async function runOutcome(
  open: TestApp,
  awaits: string,
  begun: unknown,
  { signals }: TestCase,
): Promise<Outcome<unknown, AnyFailure> | string> {
  const { run } = begun as { readonly run: string }
  const operate = (command: string, input: unknown) =>
    inTime(open, open.callByName(`heddle.${command}`, input, { from: 'json' }))
  let sent = 0
  let state: Explained | undefined
  for (let waits = 0; waits < waitLimit; waits++) {
    const explained = await operate('ExplainRun', { run })
    if (!explained.ok) return explained
    state = explained.value as Explained
    if (ended.has(state.state)) return inTime(open, open.callByName(awaits, { run }))
    if (halted.has(state.state)) break
    const signal = signals[sent]
    const to = signal && (signal.of === undefined ? run : await openRunOf(signal.of))
    if (signal && to !== undefined) {
      const outcome = await operate('SignalRun', { run: to, name: signal.signal, data: signal.data })
      if (!outcome.ok) return outcome
      sent++
      continue
    }
    const next = open.time.next()
    if (next === undefined) break
    await open.time.advanceTo(next)
  }
  return [`its run does not end: it is ${state?.state}`, ...(state?.because ?? [])].join('; ')

  async function openRunOf(workflow: string): Promise<string | undefined> {
    const listed = await operate('ListRuns', { workflow })
    const { runs } = (listed.ok ? listed.value : { runs: [] }) as { runs: readonly { run: string; state: string }[] }
    return runs.find((one) => !ended.has(one.state))?.run
  }
}
