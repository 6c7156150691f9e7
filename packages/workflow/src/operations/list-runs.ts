import { command } from '@heddle/core'
import { type Condition, SecretRunRecord, type Value } from '@heddle/data'
import { z } from 'zod'
import { decodeRun } from '../run/rows.ts'
import { EnginePort } from '../ways/engine-port.ts'
import { runFields, shownRun, stateType } from '../ways/run-status.ts'

const listedType = z.object(runFields)

/** Lists runs, the newest first. */
export const listRuns = command('heddle.ListRuns', {
  kind: 'query',
  summary: 'List runs, the newest first',
  input: z.object({
    workflow: z.string().optional().describe('Only of this workflow'),
    states: z.array(stateType).optional().describe('Only in these states'),
    queue: z.string().optional().describe('Only of this queue'),
    after: z.string().optional().describe('`next` of the page before'),
    limit: z.int().min(1).max(1000).default(100),
  }),
  output: z.object({ runs: z.array(listedType), next: z.string().optional() }),
  access: 'heddle:operate',
  uses: [EnginePort],
  async run({ input: { workflow, states, queue, after, limit }, ctx }) {
    const { engine, tenant } = ctx.use(EnginePort)
    const conditions: Condition[] = [
      ...(workflow === undefined ? [] : [equal('workflow', workflow)]),
      ...(queue === undefined ? [] : [equal('queue', queue)]),
      ...(states === undefined ? [] : [{ kind: 'in' as const, column: 'state', values: states }]),
    ]
    const rows = await engine.store.database.find(SecretRunRecord.table, tenant, {
      where: conditions.length === 0 ? undefined : { kind: 'and', conditions },
      order: [
        { column: 'createdAt', descending: true },
        { column: 'id', descending: true },
      ],
      after: after === undefined ? undefined : cursorOf(after),
      limit: limit + 1,
    })
    const found = rows.slice(0, limit).map(decodeRun)
    const last = found.at(-1)
    return {
      runs: found.map(shownRun),
      ...(rows.length > limit && last && { next: `${last.createdAt.getTime()}/${last.id}` }),
    }
  },
})

const equal = (column: string, value: string): Condition => ({ kind: 'compare', column, by: 'eq', value })

function cursorOf(text: string): Value[] {
  const at = text.indexOf('/')
  return [Number(text.slice(0, at)), text.slice(at + 1)]
}
