import { type AnyCommand, command, castOutput, FailedCall, failureFromJson, sleep, systemFailure } from '@heddle/core'
import { z } from 'zod'
import type { UpdateType } from '../define/types.ts'
import { journalRows } from '../operations/journal-rows.ts'
import { endStates } from '../run/run.ts'
import { EnginePort, type TenantEngine } from '../ways/engine-port.ts'
import type { WayFacts } from '../ways/way-facts.ts'
import { broughtExamples, endExamples } from '../ways/way-examples.ts'
import { wayName } from '../ways/way-name.ts'
import type { UpdateAnswer } from './await-update.ts'
import { sendUpdate } from './send-update.ts'

/** How often the journal is looked at for an answer, in milliseconds (limit `runs.answer`). */
const lookMs = 50

/** Makes the command that sends an update to a run and waits for what its body answers. A deadline ends the wait alone. */
export const updateRun = ({ name, facts, accessOf }: WayFacts, update: string, type: UpdateType): AnyCommand =>
  command(wayName(name, 'Update', update), {
    summary: `Send the update ${update} to a run of ${name}, and wait for its answer`,
    input: z.object({ run: z.string(), input: type.input as z.ZodType }),
    output: type.output,
    errors: facts.errors,
    examples: broughtExamples('input', type.input),
    errorExamples: endExamples(facts.errors, broughtExamples('input', type.input)),
    access: accessOf(update),
    uses: [EnginePort],
    async run({ input: { run, input }, ctx }) {
      const found = ctx.use(EnginePort)
      const { engine, tenant } = found
      await found.findOpen(run, name)
      const id = ctx.idempotencyKey ?? ctx.newId()
      if (!(await answerTo(found, run, id))) {
        const sent = { run, name: update, update: id, input }
        const as = ctx.principal ?? engine.app.self(tenant)
        const outcome = await engine.app.call(sendUpdate, sent, { as, trusted: true, tenant })
        if (!outcome.ok) throw new FailedCall(outcome.errors)
      }
      const answer = await awaitAnswer(found, run, id, ctx.signal)
      if (answer.error === undefined) return castOutput(type.output, answer.value ?? null)
      throw new FailedCall([failureFromJson(facts.errors, answer.error as never)])
    },
  }) as AnyCommand

/** @throws {Failure} RunEnded, where the run ended without an answer */
async function awaitAnswer(found: TenantEngine, run: string, id: string, signal: AbortSignal): Promise<UpdateAnswer> {
  const { engine, find } = found
  if (!engine.isRunning) await engine.begin()
  for (;;) {
    const { state } = (await find(run)).run
    const answer = await answerTo(found, run, id)
    if (answer) return answer
    if (endStates.has(state)) throw systemFailure('RunEnded', { run, state })
    await sleep(engine.ports.timers, lookMs, signal)
  }
}

async function answerTo({ engine, tenant }: TenantEngine, run: string, id: string): Promise<UpdateAnswer | undefined> {
  const rows = await journalRows(engine.store, tenant, run)
  const answers = rows.flatMap(({ entry }) =>
    entry.kind === 'value' && entry.key.endsWith('/answer') ? [entry.value as unknown as UpdateAnswer] : [],
  )
  return answers.find(({ update }) => update === id)
}
