import { command, type Json } from '@heddle/core'
import { z } from 'zod'
import type { Entry, Run } from '../run/run.ts'
import type { RunStore } from '../run/run-store.ts'
import { EnginePort } from '../ways/engine-port.ts'
import { groupRuns, type RunGroup } from './assess.ts'
import { openRuns } from './open-runs.ts'

/** The open runs of workflows, grouped. */
export async function readGroups(store: RunStore, workflows: readonly string[]): Promise<RunGroup[]> {
  const groups: RunGroup[] = []
  for (const name of workflows) groups.push(...(await groupRuns(openRuns(store, name), store)))
  return groups
}

/** What a new app needs to know of the runs of a deployed one: journals, one of each group. */
export const listRunGroups = command('heddle.ListRunGroups', {
  summary: 'Group the open runs of workflows by what they have done, with the journal of one of each group',
  input: z.object({ workflows: z.array(z.string()) }),
  output: z.object({ groups: z.array(z.unknown()) }),
  access: 'heddle:operate',
  uses: [EnginePort],
  async run({ input, ctx }) {
    const { engine } = ctx.use(EnginePort)
    const groups = await readGroups(engine.store, input.workflows)
    // What is marked does not leave the process, so these are counted and cannot be replayed elsewhere.
    return { groups: groups.map((group) => (engine.isMarked(group.workflow) ? hidden(group) : group)) }
  },
})

const hidden = ({ sample, ...group }: RunGroup): RunGroup => {
  const { stored } = sample
  return {
    ...group,
    isHidden: true,
    sample: { stored: { ...stored, run: { ...stored.run, input: null } }, entries: [] },
  }
}

/** Groups as the command tells them over a surface, where dates are text. */
export function groupsFromJson(told: Json): RunGroup[] {
  const { groups } = told as unknown as { groups: (RunGroup & { sample: { stored: { run: JsonTimes<Run> } } })[] }
  return groups.map((group) => {
    const { stored, entries } = group.sample
    const run: Run = { ...stored.run, createdAt: new Date(stored.run.createdAt), wakeAt: undefined, endedAt: undefined }
    const dated = entries.map((entry): Entry => ({ ...entry, at: new Date(entry.at) }))
    return { ...group, sample: { stored: { ...stored, run }, entries: dated } }
  })
}

type JsonTimes<Record> = { readonly [Field in keyof Record]: Record[Field] extends Date ? string : Record[Field] }
