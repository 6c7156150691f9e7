import { command, type PortScope } from '@heddle/core'
import { dataUnit } from '@heddle/data'
import { z } from 'zod'
import { engineOf } from '../engine/engines.ts'
import { openRun, sendTo } from '../engine/runs.ts'
import { updateSignal } from './await-update.ts'

/** Sends updates in the unit of work of a call. */
const Updates = {
  kind: 'port' as const,
  name: 'heddle.Updates',
  external: false,
  bind(scope: PortScope) {
    const unit = dataUnit(scope, 'heddle.Updates')
    const engine = engineOf(unit.catalog)!
    return {
      async send(run: string, name: string, given: unknown) {
        const opened = await openRun(engine, unit, run)
        const data = await engine.store.values.keep(unit.tenant, given, engine.isMarked(opened.run.workflow))
        sendTo(engine, scope, unit, opened, updateSignal(name), data)
      },
    }
  },
}

/** Sends an update to a run, and does not wait for the answer. */
export const sendUpdate = command('heddle.SendUpdate', {
  summary: 'Send an update to a run, without waiting for its answer',
  input: z.object({ run: z.string(), name: z.string(), update: z.string(), input: z.unknown() }),
  output: z.object({ run: z.string() }),
  access: 'heddle:operate',
  uses: [Updates],
  async run({ input: { run, name, update, input }, ctx }) {
    await ctx.use(Updates).send(run, name, { update, input })
    return { run }
  },
})
