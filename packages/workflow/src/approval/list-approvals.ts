import { command, holds, jsonSchemaOf, type Principal } from '@heddle/core'
import { type Row, SecretRunRecord } from '@heddle/data'
import { z } from 'zod'
import type { Engine } from '../engine/engine.ts'
import { decodeRun } from '../run/rows.ts'
import { EnginePort } from '../ways/engine-port.ts'
import { shownTime } from '../ways/run-status.ts'
import { wayName } from '../ways/way-name.ts'
import { openApprovals } from './open-approvals.ts'

/** How many rows one read gives. */
const pageLimit = 500

/** Lists what waits for somebody's approval: for those who may answer it. */
export const listApprovals = command('heddle.ListApprovals', {
  kind: 'query',
  summary: 'List what waits for your approval',
  input: z.object({ limit: z.int().min(1).max(1000).default(100) }),
  output: z.object({
    approvals: z.array(
      z.object({
        run: z.string(),
        workflow: z.string(),
        approval: z.string(),
        key: z.string(),
        until: z.iso.datetime().optional(),
        summary: z.string().optional(),
        command: z.string().describe('The command that answers it'),
        form: z.record(z.string(), z.unknown()).describe('The JSON Schema of the answer'),
      }),
    ),
  }),
  access: ({ principal }) => principal !== undefined,
  uses: [EnginePort],
  async run({ input: { limit }, ctx }) {
    const { engine, tenant } = ctx.use(EnginePort)
    const approvals = []
    for await (const row of openRows(engine, tenant)) {
      const run = decodeRun(row)
      const facts = engine.factsFor(run)
      for (const { name, key, until } of await openApprovals(engine, { tenant, version: row[0], run })) {
        const type = facts?.approvals[name]
        if (!type || !mayAnswer(ctx.principal, type.by)) continue
        approvals.push({
          run: run.id,
          workflow: run.workflow,
          approval: name,
          key,
          ...(until !== undefined && { until: shownTime(until) }),
          ...(type.summary !== undefined && { summary: type.summary }),
          command: wayName(run.workflow, 'Answer', name),
          form: jsonSchemaOf(type.form, 'input') as Record<string, unknown>,
        })
        if (approvals.length === limit) return { approvals }
      }
    }
    return { approvals }
  },
})

/** A rule or a closed approval is not told to those who may not operate the app. */
const mayAnswer = (principal: Principal | undefined, by: unknown): boolean =>
  principal === undefined || by === 'public' || holds(principal, typeof by === 'string' ? by : 'heddle:operate')

/** The rows of runs that may wait for an approval, the oldest keys first. */
async function* openRows(engine: Engine, tenant: string): AsyncGenerator<Row, void> {
  for (let after: string | undefined; ;) {
    const page = await engine.store.database.find(SecretRunRecord.table, tenant, {
      where: { kind: 'in', column: 'state', values: ['waiting', 'running'] },
      order: [{ column: 'id', descending: false }],
      after: after === undefined ? undefined : [after],
      limit: pageLimit,
    })
    yield* page
    if (page.length < pageLimit) return
    after = page.at(-1)![1] as string
  }
}
