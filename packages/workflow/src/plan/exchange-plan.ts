import type { OpenApp } from '@heddle/core'
import { invalidPlan, type OpenRunCounts, type PlanProblem } from '@heddle/pipeline'
import { assess, type GroupVerdict, type RunGroup } from '../change/assess.ts'
import { codeOf } from '../change/code.ts'
import { readGroups } from '../change/list-run-groups.ts'
import type { AnyWorkflow } from '../define/types.ts'
import { engineIfAny, engineOfApp } from '../engine/engines.ts'
import { workflowsOf } from '../engine/live-workflows.ts'
import type { PlanWorkflow } from './plan-workflow.ts'

/** Runs a plan in the place of another: new runs begin with it, and open ones go on with it where it fits them. */
export function takeOver(app: OpenApp, made: PlanWorkflow, before: PlanWorkflow): void {
  // Runs that are at a step go on with their own, also where others have the names now.
  app.keep(before.facts.steps.filter(isOwn))
  const workflows = workflowsOf(app)
  const children = newChildren(made, workflows)
  const brought = [made, ...children].flatMap(({ commands = [] }) => commands)
  const known = new Set(made.seen)
  app.exchange(brought.filter((each) => known.has(each) || isOwn(each) || !app.commands.has(each.name)))
  for (const child of children) workflows.set(child.name, child)
  workflows.set(made.name, made as AnyWorkflow)
  engineIfAny(app)?.renew(before.facts, made.facts)
}

const isOwn = ({ madeFrom }: { readonly madeFrom?: unknown }) => madeFrom !== undefined

/** The children that the app does not have yet, however far inside. */
function newChildren(
  { facts }: Pick<AnyWorkflow, 'facts'>,
  known: ReadonlyMap<string, AnyWorkflow>,
): readonly AnyWorkflow[] {
  return facts.children.filter(({ name }) => !known.has(name)).flatMap((child) => [child, ...newChildren(child, known)])
}

/**
 * Replays open runs against a plan: one of each group that has gone the same way.
 *
 * @throws {Defect} InvalidPlan, where runs that could go on before could not any more
 */
export async function surveyRuns(app: OpenApp, made: PlanWorkflow, before: PlanWorkflow): Promise<OpenRunCounts> {
  for (let attempt = 1; ; attempt++) {
    const groups = await readGroups(engineOfApp(app).store, [made.name])
    const verdicts = await assessed(app, made, groups)
    const problems = await blocked(app, before, groups, verdicts)
    // Runs go on meanwhile: the row of one may have been read before, and its journal after another step.
    if (problems.length > 0 && attempt < surveyAttempts) continue
    if (problems.length > 0) throw invalidPlan(made.name, made.locate(problems))
    const count = (level: string) =>
      verdicts.filter((verdict) => verdict.level === level).reduce((sum, { runs }) => sum + runs, 0)
    return { fit: count('safe'), keep: count('own') }
  }
}

/** How often runs are looked at before what was seen is believed. */
const surveyAttempts = 5

/** The runs that go on by the plan that runs, and could not by another. */
async function blocked(
  app: OpenApp,
  before: PlanWorkflow,
  groups: readonly RunGroup[],
  verdicts: readonly GroupVerdict[],
): Promise<PlanProblem[]> {
  const lost = verdicts.filter(({ level }) => level !== 'safe' && level !== 'own')
  if (lost.length === 0) return []
  const known = await assessed(app, before, groups)
  return lost.flatMap(({ run, version, runs, because }): PlanProblem[] => {
    const old = known.find((verdict) => verdict.run === run)
    if (old?.level !== 'safe' && old?.level !== 'own') return []
    const message = `${runs} open runs of version ${version} would be blocked: ${because ?? 'they do not fit'}`
    return [{ about: 'mode', path: ['steps'], message, ofName: true }]
  })
}

function assessed(app: OpenApp, workflow: PlanWorkflow, groups: readonly RunGroup[]) {
  const workflows = new Map([[workflow.name, workflow as AnyWorkflow]])
  return assess(groups, { ...codeOf(app), workflows }, app.ports)
}
