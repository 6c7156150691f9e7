import { command } from '@heddle/core'
import { z } from 'zod'
import { RunChanges } from './change-run.ts'
import { changedRun, oneRun } from './run-command.ts'

/** Holds a run until somebody resumes it. A step that runs is let go; it is called again, with its key, when the run goes on. */
export const pauseRun = command('heddle.PauseRun', {
  summary: 'Hold a run until somebody resumes it',
  input: oneRun.extend({ because: z.string().default('an operator paused it') }),
  output: changedRun,
  access: 'heddle:operate',
  uses: [RunChanges],
  async run({ input: { run: id, because }, ctx }) {
    const { run, write } = await ctx.use(RunChanges).open(id, ['ready', 'running', 'waiting'])
    write({
      ...run,
      state: 'paused',
      worker: undefined,
      wakeAt: undefined,
      lane: undefined,
      rank: undefined,
      facts: { ...run.facts, because },
    })
    return { run: id, state: 'paused' as const }
  },
})
