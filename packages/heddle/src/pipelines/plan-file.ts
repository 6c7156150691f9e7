import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'
import { type AnyCommand, Defect, isEvent, type Part } from '@heddle/core'
import type { LoadedPlan, LocatedProblem, Pipeline, PipelineOptions, Plan } from '@heddle/pipeline'
import { usageFailure } from '@heddle/serve'
import type { Job } from '@heddle/stream'
import type { PlanWorkflowOptions } from '@heddle/workflow'
import { declaredIn } from '../commands/declared.ts'
import type { Session } from '../cli/session.ts'

/** A plan in a file, with every mistake in it. */
export interface PlanFile {
  /** As it is shown: relative to where the tool runs. */
  readonly file: string
  /** Missing where the text or its shape is wrong. */
  readonly loaded: LoadedPlan | undefined
  /** Whether it has to be a workflow. */
  readonly isWorkflow?: boolean
  /** Whether it reads a source. */
  readonly isJob?: boolean
  readonly problems: readonly LocatedProblem[]
  /** What is no mistake, and may be none that was meant. */
  readonly notes?: readonly LocatedProblem[]
}

/** Whether a word names a file and no pipeline. */
export const isPlanFile = (word: string): boolean => /\.(?:ya?ml|json)$/.test(word)

/** Whether a part runs a plan, or may: a pipeline or a workflow. */
export const isPipeline = ({ kind: { name } }: Part): boolean => name === 'pipeline' || name === 'workflow'

/** What the names in a plan mean in an app. */
export async function namesOf(session: Session): Promise<PlanWorkflowOptions> {
  const { commands, parts } = declaredIn(await session.app())
  return {
    commands: [...commands.values()].filter(({ madeFrom }) => !madeFrom) as unknown as AnyCommand[],
    // An event need be no part of the app: what its commands and pipelines emit is known, too.
    events: [...new Set([...parts.filter(isEvent), ...[...commands.values()].flatMap(({ emits }) => emits)])],
    pipelines: parts.filter(isPipeline) as unknown as NonNullable<PlanWorkflowOptions['pipelines']>,
  }
}

/** The jobs of an app: each knows what the names in its plan mean. */
export async function jobsOf(session: Session): Promise<readonly Job[]> {
  return declaredIn(await session.app()).parts.filter((part): part is Job => part.kind.name === 'job')
}

/** The same for a plan that is no workflow, and runs none. */
export const withoutWorkflows = (names: PlanWorkflowOptions): PipelineOptions => ({
  ...names,
  pipelines: names.pipelines?.filter((given): given is Pipeline => given.kind.name === 'pipeline'),
})

/**
 * Reads a plan and checks it. Mistakes of the text do not hide those of names and types.
 *
 * @param names what names mean; without it they are taken as they are
 * @param jobs a plan of one of them is checked with the names that it knows
 */
export async function readPlanFile(
  word: string,
  cwd: string,
  names?: PlanWorkflowOptions,
  jobs: readonly Job[] = [],
): Promise<PlanFile> {
  const { checkOn, checkPlan, loadPlan, modeOf, parsePlan, readOrigin } = await import('@heddle/pipeline')
  const { checkWorkflowPlan, mustBeWorkflow, workflowSources } = await import('@heddle/workflow')
  const path = resolve(cwd, word)
  const file = relative(cwd, path)
  const result = loadPlan(path)
  const shown = (problems: readonly LocatedProblem[]) =>
    problems.map((problem) => ({ ...problem, file: relative(cwd, problem.file) }))
  if (result.ok) {
    const { loaded } = result
    const own = names && { ...names, pipelines: names.pipelines?.filter(({ name }) => name !== loaded.plan.pipeline) }
    const isWorkflow = mustBeWorkflow(loaded, own ?? {})
    const isJob = modeOf(loaded.plan, () => undefined) === 'job'
    const job = isJob ? jobs.find(({ name }) => name === loaded.plan.pipeline) : undefined
    try {
      if (job) {
        const { notes } = job.withPlan(loaded).assembled
        return { file, loaded, isWorkflow, isJob, problems: [], notes: shown(loaded.source.locate(notes)) }
      }
      const sources = own ? workflowSources(loaded.plan, readOrigin(loaded), own) : {}
      const checked = (isWorkflow ? checkWorkflowPlan : checkPlan)(loaded.plan, sources)
      const problems = [...checked.problems]
      if (!isWorkflow) checkOn(loaded.plan, checked.input, sources, (problem) => problems.push(problem))
      const notes = 'job' in checked && checked.job ? shown(loaded.source.locate(checked.job.notes)) : []
      return { file, loaded, isWorkflow, isJob, problems: shown(loaded.source.locate(problems)), notes }
    } catch (thrown) {
      // What it imports is made before its own steps are looked at; a job is made as a whole.
      const inside = thrown instanceof Defect && (thrown.data as { mistakes?: readonly LocatedProblem[] }).mistakes
      if (!inside) throw thrown
      return { file, loaded, isWorkflow, isJob, problems: shown(inside) }
    }
  }
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return { file, loaded: undefined, problems: shown(result.errors) }
  }
  const parsed = parsePlan(text, path)
  if (parsed.ok || typeof parsed.value !== 'object' || parsed.value === null) {
    return { file, loaded: undefined, problems: shown(result.errors) }
  }
  const nothing: Plan = { heddle: 1, pipeline: 'no.Name', steps: [] }
  const sources = names ? workflowSources(nothing, readOrigin(nothing), names) : {}
  return { file, loaded: undefined, problems: shown(parsed.source.locate(checkPlan(parsed.value, sources).problems)) }
}

/**
 * The plan of a file that has to be sound in its shape.
 *
 * @throws {Failure} InvalidUsage, with every mistake
 */
export async function planIn(word: string, cwd: string): Promise<Plan> {
  const { formatProblem } = await import('@heddle/pipeline')
  const { loaded, problems } = await readPlanFile(word, cwd)
  if (loaded) return loaded.plan
  throw usageFailure(`${word} is no plan:${problems.map((problem) => `\n  ${formatProblem(problem)}`).join('')}`)
}
