import { added, type Comparison, findRefusals, type JsonSchema, type Json, removed, type Verdict } from '@heddle/core'
import type { WorkflowSection } from './describe.ts'

/** Compares what manifests say of workflows. What becomes of open runs is found by replaying them. */
export function compareSections(
  { before, after }: Pick<Comparison, 'before' | 'after'>,
  isLookedAt: boolean,
): Verdict[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()
  return names.flatMap((name): Verdict[] => {
    const item = `workflow ${name}`
    const [old, now] = [before[name], after[name]] as unknown as [WorkflowSection?, WorkflowSection?]
    if (!old) return [added(item)]
    if (!now) return [removed(item, 'No code runs its open runs any more. Keep it until none is open.')]
    return [...compareSignals(old, now), ...compareCode(old, now, isLookedAt)].map((change) => ({ item, ...change }))
  })
}

type Change = Omit<Verdict, 'item'>

/** Senders know the old types, and what was sent and not taken yet has one of them. */
function compareSignals(old: WorkflowSection, { signals: after }: WorkflowSection): Change[] {
  const { signals: before } = old
  return Object.entries(before).flatMap(([name, type]): Change[] => {
    const now = after[name]
    if (now === undefined) {
      const reason = 'plan' in old ? removedOfPlan : removedOfCode
      return [{ level: 'breaking', change: `signal ${name}: removed`, reason }]
    }
    return findRefusals(schemaOf(type), schemaOf(now)).map(({ path, what, from, to }) => ({
      level: 'breaking',
      change: `${['signal', name, ...path].join('/')}: ${what} ${from} → ${to}`,
      reason: 'What is sent today, or was sent and waits to be taken, may no longer fit.',
    }))
  })
}

const removedOfCode =
  'Who sends it to a run of this code gets UnknownSignal, and what was sent is not taken. Keep it until no run takes it.'
/** The plan that a run began with is kept, so it goes by that one where it was sent something that only that one takes. */
const removedOfPlan =
  'Who sends it to a run that goes on with the new plan gets UnknownSignal. Runs that keep the old one take it, and those that it was sent to.'

const schemaOf = (json: Json): JsonSchema => json as JsonSchema

function compareCode(before: WorkflowSection, after: WorkflowSection, isLookedAt: boolean): Change[] {
  if (before.code === after.code || isLookedAt) return []
  const from = before.version === after.version ? 'code' : `version ${before.version} → ${after.version}`
  const reason =
    'Open runs were not looked at: compare with the database, where they are, to know what becomes of them.'
  return [{ level: 'safe', change: `${from}: changed`, reason }]
}
