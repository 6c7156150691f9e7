import { command, systemFailure } from '@heddle/core'
import { z } from 'zod'
import { readyAgain, RunChanges } from './change-run.ts'
import { journalRows } from './journal-rows.ts'
import { changedRun, oneRun } from './run-command.ts'

/**
 * Sets a run back to before a step: it and whatever came after leave the journal, and are done again with the same
 * idempotency keys.
 */
export const resetRun = command('heddle.ResetRun', {
  summary: 'Set a run back to before a step; the step and what came after it are done again',
  input: oneRun.extend({ to: z.string().describe('The journal key of the step, e.g. orders[o-17]/charge') }),
  output: changedRun.extend({ dropped: z.int().describe('How many entries left its journal') }),
  access: 'heddle:operate',
  destructive: true,
  uses: [RunChanges],
  async run({ input: { run: id, to }, ctx }) {
    const states = ['paused', 'parked', 'blocked', 'failed', 'cancelled', 'succeeded'] as const
    const { run, engine, tenant, write, dropEntries } = await ctx.use(RunChanges).open(id, states)
    const rows = await journalRows(engine.store, tenant, id)
    const at = rows.findIndex(({ entry }) => entry.key === to)
    if (at < 0) throw systemFailure('StepNotFound', { run: id, step: to })
    const dropped = rows.slice(at)
    // The child runs are there, and would be in the way of those that are to be started again under the same ids.
    const child = dropped.find(({ entry }) => entry.kind === 'value' && entry.command !== undefined)
    if (child) {
      throw systemFailure('CannotRetry', { run: id, because: `it started a child run at ${child.entry.key} since` })
    }
    await dropEntries(dropped.map((row) => row.id))
    write(readyAgain(tenant, run, ctx.clock.now()))
    return { run: id, state: 'ready' as const, dropped: dropped.length }
  },
})
