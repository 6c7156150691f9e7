import type { AnyCommand } from '@heddle/core'
import {
  type LoadedPlan,
  modeOf,
  type Pipeline,
  type PipelineSource,
  type Plan,
  type PlanOrigin,
  type PlanProblem,
  type PlanSources,
  policiesOf,
  type ReadOrigin,
  walkSteps,
} from '@heddle/pipeline'
import type { AnyWorkflow } from '../define/types.ts'
import { isWorkflow } from '../define/workflow-kind.ts'
import type { PlanWorkflow, PlanWorkflowOptions } from './plan-workflow.ts'

/** Makes the workflow of a plan that a step runs. */
export type MakeChild = (origin: PlanOrigin, options: PlanWorkflowOptions & { readonly name: string }) => PlanWorkflow

const isOfWorkflow = new WeakSet<PipelineSource>()

const children = new WeakMap<AnyCommand, AnyWorkflow>()

/** The workflow that a step runs as a child; undefined where it calls a command. */
export const childOf = (command: AnyCommand): AnyWorkflow | undefined => children.get(command)

/** What stands for a workflow among the commands of a plan: it takes its input and gives its value. Nobody calls it. */
function standIn(workflow: AnyWorkflow): AnyCommand {
  const { ways, facts, name } = workflow
  const command: AnyCommand = { ...(ways.awaits as AnyCommand), name, input: facts.input }
  children.set(command, workflow)
  return command
}

/** The workflows among what steps may run, and those of imported files. */
export function withWorkflows(
  sources: PlanSources,
  read: ReadOrigin,
  options: PlanWorkflowOptions,
  make: MakeChild,
): PlanSources {
  const pipelines = new Map(sources.pipelines)
  const add = (name: string, source: PipelineSource) => {
    pipelines.set(name, source)
    isOfWorkflow.add(source)
  }
  const given = (options.pipelines ?? []).filter(isWorkflow)
  for (const workflow of given) add(workflow.name, givenWorkflow(workflow))
  const known = new Set(given.map(({ name }) => name))
  for (const loaded of read.imported) {
    if (isWorkflowPlan(loaded, known)) add(loaded.plan.pipeline, importedWorkflow(loaded, options, make))
  }
  return { ...sources, pipelines }
}

/** Whether the plan of a file has to be a workflow: for a step that waits or undoes, or for a workflow that one runs. */
export const mustBeWorkflow = (loaded: LoadedPlan, { pipelines = [] }: PlanWorkflowOptions): boolean =>
  isWorkflowPlan(loaded, new Set(pipelines.filter(isWorkflow).map(({ name }) => name)))

/** Those of what steps may run that are plain pipelines. */
export const plainPipelines = ({ pipelines }: PlanWorkflowOptions): readonly Pipeline[] =>
  (pipelines ?? []).filter((given): given is Pipeline => !isWorkflow(given))

/** Whether a plan has to be a workflow: for a step of its own, or for a workflow that one of them runs. */
function isWorkflowPlan({ plan, imported }: LoadedPlan, known: ReadonlySet<string>): boolean {
  if (modeOf(plan, () => undefined) === 'workflow') return true
  const inside = imported.filter((loaded) => isWorkflowPlan(loaded, known)).map((loaded) => loaded.plan.pipeline)
  const names = new Set([...known, ...inside])
  return [...walkSteps(plan)].some(
    ({ kind, config }) => kind.name === 'pipeline' && names.has((config as { name: string }).name),
  )
}

/** A workflow of the app is run as it is; with parameters of its own it is one of the step. */
function givenWorkflow(workflow: AnyWorkflow): PipelineSource {
  const plain = standIn(workflow)
  const { plan, configure } = workflow as Partial<PlanWorkflow>
  const parameters = Object.entries(plan?.parameters ?? {})
  return {
    name: workflow.name,
    // What was given when it was made stands, so no parameter has to be given again.
    parameters: Object.fromEntries(parameters.map(([own, parameter]) => [own, { default: null, ...parameter }])),
    command: once((given, name) =>
      Object.keys(given).length === 0 ? plain : standIn(configure!(given, name) as AnyWorkflow),
    ),
  }
}

/** An imported file is a workflow of each step that runs it. */
function importedWorkflow(loaded: LoadedPlan, options: PlanWorkflowOptions, make: MakeChild): PipelineSource {
  const { commands, events, pipelines, environment, queue } = options
  const { plan } = loaded
  return {
    name: plan.pipeline,
    parameters: plan.parameters ?? {},
    command: once((parameters, name) => {
      const isKnown = environment !== undefined && Object.hasOwn(plan.environments ?? {}, environment)
      const own = { commands, events, pipelines, queue, parameters, name, ...(isKnown && { environment }) }
      return standIn(make(loaded, own) as AnyWorkflow)
    }),
  }
}

type Make = PipelineSource['command']

/** The same for the same step, whether it is checked or made ready. */
function once(make: Make): Make {
  const made = new Map<string, AnyCommand>()
  return (parameters, name) => {
    const known = made.get(name) ?? make(parameters, name)
    made.set(name, known)
    return known
  }
}

/** Tells the steps around whose workflow something stands that is for calls. */
export function checkChildren(plan: Plan, sources: PlanSources, tell: (problem: PlanProblem) => void): void {
  for (const { kind, config, step, path } of walkSteps(plan)) {
    const source = kind.name === 'pipeline' && sources.pipelines?.get((config as { name: string }).name)
    if (!source || !isOfWorkflow.has(source)) continue
    const { onError } = step
    const isKept = onError === 'deadLetter' || (typeof onError === 'object' && 'deadLetter' in onError)
    if (!isKept && policiesOf(step, plan, sources).length === 0) continue
    const what = isKept ? 'No dead letter is kept of a workflow' : 'No policy stands around a workflow'
    const message = `${what}, which this step runs: let its own steps have it, or say onError: { use: … }`
    tell({ about: 'mode', path, message })
  }
}
