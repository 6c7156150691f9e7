import { command } from '@heddle/core'
import { replayRun } from '../change/fit.ts'
import type { Engine } from '../engine/engine.ts'
import { haltedFailure } from '../run/halted.ts'
import type { StoredRun } from '../run/run.ts'
import { EnginePort } from '../ways/engine-port.ts'
import { readyAgain, RunChanges } from './change-run.ts'
import { changedRun, oneRun } from './run-command.ts'

/**
 * Lets a run go on that is paused, parked or blocked: it is answered from its journal up to where it was. One that is blocked
 * stays so where the code of this app does not fit it.
 */
export const resumeRun = command('heddle.ResumeRun', {
  summary: 'Let a run go on that is paused, parked or blocked',
  input: oneRun,
  output: changedRun,
  access: 'heddle:operate',
  uses: [RunChanges, EnginePort],
  async run({ input: { run: id }, ctx }) {
    const { engine, run, tenant, write } = await ctx.use(RunChanges).open(id, ['paused', 'parked', 'blocked'])
    const because = run.state === 'blocked' ? await misfitOf(engine, await ctx.use(EnginePort).find(id)) : undefined
    if (because !== undefined) throw haltedFailure({ ...run, facts: { ...run.facts, because } })
    const { cancel } = run.facts
    const next = readyAgain(tenant, run, ctx.clock.now())
    write({ ...next, facts: { ...next.facts, cancel } })
    return { run: id, state: 'ready' as const }
  },
})

/** Why the code of this app does not fit a run, if it does not. */
async function misfitOf(engine: Engine, stored: StoredRun): Promise<string | undefined> {
  const { tenant, run } = stored
  if (run.facts.job) {
    return engine.app.commands.has(run.workflow) ? undefined : `no command ${run.workflow} in this app`
  }
  const facts = await engine.code.goesOnWith(stored)
  if (!facts) return `no code for ${run.workflow} in this app`
  const { entries } = await engine.store.journal(tenant, run.id)
  const fit = await replayRun(facts, { stored: await engine.store.openInput(stored), entries }, engine.ports)
  return fit.ok ? undefined : fit.because
}
