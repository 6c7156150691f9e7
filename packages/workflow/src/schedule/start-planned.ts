import { compileSchema, inputFailures, Issues, type Json, toJson } from '@heddle/core'
import type { Engine } from '../engine/engine.ts'
import { targetOf } from '../job/later.ts'
import { keyedRunId } from '../run/keyed-id.ts'
import type { Run } from '../run/run.ts'

/** What is started at a planned time. */
export interface Planned {
  readonly schedule: string
  readonly target: string
  readonly input: (planned: Date) => unknown
  readonly queue?: string
  readonly principal?: string
}

/** The id of the one run of a planned time: whoever starts it, and whenever, it is the same run. */
export const plannedId = (schedule: string, planned: number): string => keyedRunId('schedule', schedule, planned)

/** The row of the run of a planned time. @throws {Failure} of its input, UnknownCommand */
export async function plannedRun(
  engine: Engine,
  tenant: string,
  asked: Planned,
  planned: number,
  how: { readonly inLine: boolean; readonly priority?: number },
): Promise<Run> {
  const { schedule, target, principal } = asked
  const { queue, version, type, isJob, name } = targetOf(engine, { name: target } as never, asked)
  const input: unknown = asked.input(new Date(planned))
  const checked = await compileSchema(type as never).run(input)
  if (checked instanceof Issues) throw inputFailures(checked)[0]!
  const json: Json = toJson(isJob ? input : checked)
  await engine.queues.reserve(tenant, queue, 1)
  const { priority, inLine } = how
  const facts = { schedule, planned, ...(isJob && { job: true }), ...(priority !== undefined && { priority }) }
  const id = plannedId(schedule, planned)
  return engine.newRun({ tenant, id, workflow: name, version, queue, input: json, principal, facts, inLine })
}
