import { command, systemFailure } from '@heddle/core'
import { readyAgain, RunChanges } from './change-run.ts'
import { isFailedStep, journalRows } from './journal-rows.ts'
import { changedRun, oneRun } from './run-command.ts'

/**
 * Lets a run that failed go on, with the step that failed called once more. One that has undone what it did cannot: its
 * journal tells of steps that do not hold any more.
 */
export const retryRun = command('heddle.RetryRun', {
  summary: 'Call the step at which a run failed once more, and go on from there',
  input: oneRun,
  output: changedRun,
  access: 'heddle:operate',
  uses: [RunChanges],
  async run({ input: { run: id }, ctx }) {
    const { run, engine, tenant, write, dropEntries } = await ctx.use(RunChanges).open(id, ['failed'])
    const rows = await journalRows(engine.store, tenant, id)
    if (rows.some(({ entry }) => entry.key.startsWith('undo/'))) {
      throw systemFailure('CannotRetry', { run: id, because: 'it has undone what it did' })
    }
    const failed = rows.findLast(({ entry }) => isFailedStep(entry))
    if (!failed)
      throw systemFailure('CannotRetry', { run: id, because: 'no step of it failed, its own code decided so' })
    await dropEntries([failed.id])
    write(readyAgain(tenant, run, ctx.clock.now()))
    return { run: id, state: 'ready' as const }
  },
})
