import { command } from '@heddle/core'
import { z } from 'zod'
import { EnginePort } from '../ways/engine-port.ts'
import { runFields, shownRun, shownWait, waitType } from '../ways/run-status.ts'
import { journalRows } from './journal-rows.ts'
import { oneRun } from './run-command.ts'
import { entryType, masked, shownEntry } from './shown-entry.ts'

/** Shows a run with its journal: what it did and how long each thing took. */
export const showRun = command('heddle.ShowRun', {
  kind: 'query',
  summary: 'Show a run and its journal, with what is marked masked',
  input: oneRun.extend({ limit: z.int().min(1).max(100_000).default(1000).describe('How many lines of the journal') }),
  output: z.object({
    ...runFields,
    principal: z.string().optional(),
    parent: z.string().optional(),
    input: z.unknown().describe('What its type marks is masked'),
    waits: z.array(waitType),
    journal: z.array(entryType),
    more: z.int().describe('How many lines are not shown'),
  }),
  access: 'heddle:operate',
  uses: [EnginePort],
  async run({ input: { run: id, limit }, ctx }) {
    const { engine, tenant, find } = ctx.use(EnginePort)
    const stored = await find(id)
    const { run } = stored
    const facts = await engine.code.goesOnWith(stored)
    const rows = await journalRows(engine.store, tenant, id)
    const times = [run.createdAt, ...rows.map(({ entry }) => entry.at)]
    const { principal, parent } = run
    return {
      ...shownRun(run),
      ...(principal !== undefined && { principal }),
      ...(parent !== undefined && { parent }),
      input: facts ? masked(facts.input, run.input) : undefined,
      waits: (run.facts.waits ?? []).map(shownWait),
      journal: rows
        .slice(0, limit)
        .map(({ entry }, index) => shownEntry(engine.app, facts, entry, times[index]!.getTime())),
      more: Math.max(0, rows.length - limit),
    }
  },
})
