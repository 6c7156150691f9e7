import type { OpenApp } from '@heddle/core'
import { invalidPlan, type OpenRunCounts, type PlanProblem } from '@heddle/pipeline'
import { assess, type RunGroup } from '../change/assess.ts'
import { codeOf } from '../change/code.ts'
import { readGroups } from '../change/list-run-groups.ts'
import type { AnyWorkflow } from '../define/types.ts'
import { engineIfAny, engineOfApp } from '../engine/engines.ts'
import { workflowsOf } from '../engine/live-workflows.ts'
import type { PlanWorkflow } from './plan-workflow.ts'

/** Runs a plan in the place of another: new runs begin with it, and open ones go on with it where it fits them. */
export function takeOver(app: OpenApp, made: PlanWorkflow, before: PlanWorkflow): void {
  const isOwn = ({ madeFrom }: { readonly madeFrom?: unknown }) => madeFrom !== undefined
  // Runs that are at a step go on with their own, also where others have the names now.
  app.keep(before.facts.steps.filter(isOwn))
  const added = made.facts.steps.filter((step) => isOwn(step) || !app.commands.has(step.name))
  app.exchange([...made.seen, ...added])
  workflowsOf(app).set(made.name, made as AnyWorkflow)
  engineIfAny(app)?.renew(before.facts, made.facts)
}

/**
 * Replays open runs against a plan: one of each group that has gone the same way.
 *
 * @throws {Defect} InvalidPlan, where runs that could go on before could not any more
 */
export async function surveyRuns(app: OpenApp, made: PlanWorkflow, before: PlanWorkflow): Promise<OpenRunCounts> {
  const groups = await readGroups(engineOfApp(app).store, [made.name])
  const verdicts = await assessed(app, made, groups)
  const lost = verdicts.filter(({ level }) => level !== 'safe' && level !== 'own')
  if (lost.length > 0) {
    const known = await assessed(app, before, groups)
    const problems = lost.flatMap(({ run, version, runs, because }): PlanProblem[] => {
      const old = known.find((verdict) => verdict.run === run)
      if (old?.level !== 'safe' && old?.level !== 'own') return []
      const message = `${runs} open runs of version ${version} would be blocked: ${because ?? 'they do not fit'}`
      return [{ about: 'mode', path: ['steps'], message, ofName: true }]
    })
    if (problems.length > 0) throw invalidPlan(made.name, made.locate(problems))
  }
  const count = (level: string) =>
    verdicts.filter((verdict) => verdict.level === level).reduce((sum, { runs }) => sum + runs, 0)
  return { fit: count('safe'), keep: count('own') }
}

function assessed(app: OpenApp, workflow: PlanWorkflow, groups: readonly RunGroup[]) {
  const workflows = new Map([[workflow.name, workflow as AnyWorkflow]])
  return assess(groups, { ...codeOf(app), workflows }, app.ports)
}
