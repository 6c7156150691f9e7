import { type Comparison, createPorts, type Verdict } from '@heddle/core'
import { DataTransactions } from '@heddle/data'
import { compareSections } from '../define/compare.ts'
import { RunStore } from '../run/run-store.ts'
import { assess, type GroupVerdict } from './assess.ts'
import { codeIn } from './code.ts'
import { groupsFromJson, listRunGroups, readGroups } from './list-run-groups.ts'
import { namesWithRuns } from './open-runs.ts'
import { plansIn, plansOf } from './older-code.ts'
import { verdictsOfRuns } from './report.ts'

/** How workflows are compared: by what senders know, and by what becomes of the runs that are open. */
export async function compareWorkflows(comparison: Comparison): Promise<readonly Verdict[]> {
  const runs = await lookAtRuns(comparison)
  return [...compareSections(comparison, runs !== undefined), ...verdictsOfRuns(runs ?? [])]
}

/** Replays open runs against the new app. Undefined where they are not at hand. */
async function lookAtRuns({ before, parts, ports, ask }: Comparison): Promise<GroupVerdict[] | undefined> {
  if (!parts) return undefined
  const code = codeIn(parts)
  const names = new Set([...Object.keys(before), ...code.workflows.keys()])
  if (ports?.transactions instanceof DataTransactions) {
    const store = new RunStore(ports.transactions.database, ports)
    // Whoever only calls commands deploys nothing, and may have started runs.
    for await (const name of namesWithRuns(store)) names.add(name)
    const history = plansIn(ports.transactions.database)
    return assess(await readGroups(store, [...names].sort()), { ...code, history }, ports)
  }
  if (!ask || !Object.keys(before).length) return undefined
  const told = await ask(listRunGroups.name, { workflows: [...names].sort() })
  return assess(groupsFromJson(told), { ...code, history: plansOf(ask) }, createPorts())
}
