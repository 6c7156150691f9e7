import { command } from '@heddle/core'
import { readyAgain, RunChanges } from './change-run.ts'
import { changedRun, oneRun } from './run-command.ts'

/** Lets a run go on that is paused, parked or blocked: it is answered from its journal up to where it was. */
export const resumeRun = command('heddle.ResumeRun', {
  summary: 'Let a run go on that is paused, parked or blocked',
  input: oneRun,
  output: changedRun,
  access: 'heddle:operate',
  uses: [RunChanges],
  async run({ input: { run: id }, ctx }) {
    const { run, tenant, write } = await ctx.use(RunChanges).open(id, ['paused', 'parked', 'blocked'])
    const { cancel } = run.facts
    const next = readyAgain(tenant, run, ctx.clock.now())
    write({ ...next, facts: { ...next.facts, cancel } })
    return { run: id, state: 'ready' as const }
  },
})
