import { z } from 'zod'
import { command } from '../command/command.ts'
import type { AnyCommand } from '../command/types.ts'
import { Defect } from '../error/defect.ts'
import { systemFailure } from '../error/failure.ts'
import type { Engine } from '../call/engine.ts'
import { FailedCall } from '../call/dropped.ts'
import type { Frame } from '../call/frame.ts'
import { Runner } from '../call/runner.ts'
import { type AnyFailure, failed, type Outcome } from '../outcome/outcome.ts'
import type { BatchOptions } from './app.ts'

type AnyOutcome = Outcome<unknown, AnyFailure>

/**
 * Calls a command once per input, some at a time.
 *
 * @throws {Defect} InvalidDefinition, for a concurrency that would call nothing
 */
export async function runBatch(
  engine: Engine,
  callee: AnyCommand,
  inputs: Iterable<unknown>,
  { concurrency = 64, atomic = false, onOutcome, ...options }: BatchOptions,
): Promise<AnyOutcome[]> {
  if (!(concurrency >= 1)) {
    const reason = `a concurrency is at least 1, not ${concurrency}`
    throw new Defect('InvalidDefinition', { name: `the batch of ${callee.name}`, reason })
  }
  if (atomic) return runAtomically(engine, callee, [...inputs], { onOutcome, ...options })
  const outcomes: AnyOutcome[] = []
  const iterator = inputs[Symbol.iterator]()
  let index = 0
  let isExhausted = false
  const lane = async () => {
    for (let next = iterator.next(); !next.done; next = iterator.next()) {
      const own = index++
      const outcome = await engine.run(callee, next.value, options)
      outcomes[own] = outcome
      onOutcome?.(outcome, own)
    }
    isExhausted = true
  }
  const lanes: Promise<void>[] = []
  while (lanes.length < Math.floor(concurrency) && !isExhausted) lanes.push(lane())
  await Promise.all(lanes)
  return outcomes
}

/**
 * All calls in one unit of work: a command of its own calls them one after another, and ends with the first failure.
 */
async function runAtomically(
  engine: Engine,
  callee: AnyCommand,
  inputs: readonly unknown[],
  { onOutcome, ...options }: BatchOptions,
): Promise<AnyOutcome[]> {
  let outcomes: AnyOutcome[] = []
  const all = command('heddle.Batch', {
    input: z.unknown(),
    output: z.unknown(),
    calls: [callee],
    access: callee.access,
    async run({ call }) {
      outcomes = []
      for (const input of inputs) {
        const outcome = await (call as unknown as Frame['call']).try(callee, input)
        outcomes.push(outcome)
        if (!outcome.ok) throw new FailedCall(outcome.errors)
      }
    },
  })
  const result = await engine.run(all, undefined, options, new Runner(engine, all, [], true))
  if (!result.ok) outcomes = inputs.map((_, index) => told(outcomes[index], result.errors))
  for (const [index, outcome] of outcomes.entries()) onOutcome?.(outcome, index)
  return outcomes
}

/** What one input of a batch that was undone is told: its own failure, or that the batch was undone. */
function told(own: AnyOutcome | undefined, errors: readonly AnyFailure[]): AnyOutcome {
  if (own && !own.ok) return own
  const message = `Undone with the whole batch, because of ${errors[0]!.code}.`
  return failed([systemFailure('Cancelled', {}, { message, cause: errors[0] })])
}
