import { type AnyCommand, command, type PortScope, toJson } from '@heddle/core'
import { dataUnit } from '@heddle/data'
import { z } from 'zod'
import type { ApprovalType } from '../define/types.ts'
import { engineOf } from '../engine/engines.ts'
import { openRun, sendTo } from '../engine/runs.ts'
import { EnginePort } from '../ways/engine-port.ts'
import type { WayFacts } from '../ways/way-facts.ts'
import { broughtExamples } from '../ways/way-examples.ts'
import { wayName } from '../ways/way-name.ts'
import { approvalSignal } from './approval-name.ts'
import { openApproval } from './open-approvals.ts'

/** Answers approvals in the unit of work of a call. */
const Answers = {
  kind: 'port' as const,
  name: 'heddle.Answers',
  external: false,
  bind(scope: PortScope) {
    const unit = dataUnit(scope, 'heddle.Answers')
    const engine = engineOf(unit.catalog)!
    return {
      async answer(id: string, name: string, key: string | undefined, given: unknown) {
        // Whoever answers changes the row of the run: of two who do so at once, one begins anew and finds it answered.
        const opened = await openRun(engine, unit, id)
        const { version = 0 } = (await engine.store.read(scope.tenant, id)) ?? {}
        const found = await openApproval(engine, { tenant: scope.tenant, version, run: opened.run }, name, key)
        const data = { answer: toJson(given), by: scope.principal?.id ?? null, at: scope.clock.now() }
        sendTo(engine, scope, unit, opened, approvalSignal(name, found.key), data)
        return found.key
      },
    }
  },
}

/** Makes the command that answers one approval of a workflow: its form is the field `answer`. */
export function answerApproval(
  { name, accessOf }: WayFacts,
  approval: string,
  { form, by, summary }: ApprovalType,
): AnyCommand {
  return command(wayName(name, 'Answer', approval), {
    summary: summary ?? `Answer the approval ${approval} of a run of ${name}`,
    input: z.object({
      run: z.string(),
      key: z.string().optional().describe('Its journal key, where the run waits for several of them'),
      answer: form as z.ZodType,
    }),
    output: z.object({ run: z.string(), key: z.string() }),
    examples: broughtExamples('answer', form),
    access: by ?? accessOf(approval),
    uses: [EnginePort, Answers],
    async run({ input: { run, key, answer }, ctx }) {
      await ctx.use(EnginePort).findOpen(run, name)
      return { run, key: await ctx.use(Answers).answer(run, approval, key, answer) }
    },
  }) as AnyCommand
}
