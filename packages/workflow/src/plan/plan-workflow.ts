import { Defect, isPromise, type OpenApp, type Schema } from '@heddle/core'
import {
  assemblePlan,
  checkExecutors,
  checkGivenParameters,
  type CheckedPlan,
  checkPlan,
  dropped,
  Frame,
  inputSchema,
  invalidPlan,
  type LoadedPlan,
  otherPlan,
  type Pipeline,
  outputSchema,
  parameterValues,
  type PipelineOptions,
  type Plan,
  planHash,
  type PlanPart,
  type PlanOrigin,
  type PlanProblem,
  type PlanSources,
  type ReadOrigin,
  readOrigin,
  schemaOfPlanType,
  sourcesOf,
  usualPipelines,
  walkSteps,
} from '@heddle/pipeline'
import { z } from 'zod'
import type { AnyWorkflow, Scope, Workflow, WorkflowFacts } from '../define/types.ts'
import { workflow } from '../define/workflow.ts'
import { commandsOf } from '../ways/ways.ts'
import { checkChildren, plainPipelines, withWorkflows } from './child-workflows.ts'
import { surveyRuns, takeOver } from './exchange-plan.ts'
import { workflowExecutors } from './executors.ts'
import { WorkflowAssembly } from './workflow-assembly.ts'
import { WorkflowWorld } from './workflow-world.ts'

/** A workflow that is a plan. */
export interface PlanWorkflow<Input = unknown, Value = unknown>
  extends Workflow<string, Input, Value>, Omit<PlanPart, 'name' | 'command' | 'withPlan'> {
  /** The content hash of the plan: the version of its code. */
  readonly hash: string
  withPlan(plan: Plan | LoadedPlan): PlanWorkflow
  /** The same with other parameters, under a name of its own. */
  configure(parameters: Readonly<Record<string, unknown>>, name: string): PlanWorkflow
}

/** What the names in a plan mean, and in which queue its runs wait. */
export interface PlanWorkflowOptions extends Omit<PipelineOptions, 'name' | 'pipelines'> {
  /** Pipelines that steps run, and workflows that they run as children. */
  readonly pipelines?: readonly (Pipeline | AnyWorkflow)[]
  /** @default 'default' */
  readonly queue?: string
  /** Older plans that open runs may go on with. */
  readonly versions?: readonly PlanWorkflow[]
}

/**
 * Makes a workflow of a plan, of a YAML or JSON file, or of what a builder made: on the same engine and with the same journal
 * as one that is code. Any plan can be one, also one of plain steps.
 *
 * @throws {Defect} InvalidPlan
 * @example
 * export const fulfil = planWorkflow(new URL('./fulfil.yaml', import.meta.url), { commands: [charge, ship, refund] })
 */
export function planWorkflow<Input = unknown, Value = unknown>(
  origin: PlanOrigin<Input, Value>,
  options: PlanWorkflowOptions = {},
): PlanWorkflow<Input, Value> {
  return madeOf(readOrigin(origin), options) as PlanWorkflow<Input, Value>
}

type NamedOptions = PlanWorkflowOptions & { readonly name?: string }

/** What the names of a plan mean, workflows among them. */
export function workflowSources(plan: Plan, read: ReadOrigin, options: NamedOptions): PlanSources {
  const plain = sourcesOf(plan, read, { ...options, pipelines: plainPipelines(options) })
  return withWorkflows(plain, read, options, (origin, own) => madeOf(readOrigin(origin), own))
}

/** The types of a plan that is a workflow, and everything that is wrong with it. */
export function checkWorkflowPlan(plan: Plan, sources: PlanSources): CheckedPlan {
  const checked = checkPlan(plan, sources)
  const problems: PlanProblem[] = [...checked.problems]
  const tell = (problem: PlanProblem) => void problems.push(problem)
  if (problems.length === 0) checkExecutors(plan, 'workflow', workflowExecutors, tell)
  checkChildren(plan, sources, tell)
  if (plan.secrets !== undefined) {
    const message = 'A workflow keeps what its steps are given, so no secret can be among it: let the command read it'
    tell({ about: 'mode', path: ['secrets'], message })
  }
  if (plan.on !== undefined) {
    const message = 'Events start no workflow by themselves: a handler of theirs starts it, with ctx.use(Runs).start'
    tell({ about: 'mode', path: ['on'], message, ofName: true })
  }
  return { ...checked, problems }
}

function madeOf(read: ReadOrigin, options: NamedOptions): PlanWorkflow {
  const plan = options.name === undefined ? read.plan : { ...read.plan, pipeline: options.name }
  const sources = workflowSources(plan, read, options)
  const checked = checkWorkflowPlan(plan, sources)
  const problems: PlanProblem[] = [...checked.problems]
  checkGivenParameters(plan, options, (problem) => problems.push(problem))
  if (problems.length > 0) throw invalidPlan(plan.pipeline, read.locate(problems))

  const assembly = new WorkflowAssembly(plan, sources)
  const run = assemblePlan(plan, sources, assembly)
  const parameters = parameterValues(plan, options.parameters, options.environment)
  const hash = planHash(plan)
  const made = workflow(plan.pipeline, {
    summary: plan.summary,
    description: plan.description,
    requirements: plan.requirements,
    access: plan.access,
    input: inputSchema(plan, checked, sources),
    output: outputSchema(plan, checked, sources),
    queue: options.queue,
    version: hash,
    versions: options.versions,
    steps: [...assembly.steps],
    children: [...assembly.children],
    signals: signalsOf(plan),
    async run(args) {
      const { input } = args
      const world = new WorkflowWorld(args as unknown as Scope, assembly.emits)
      const given = run(new Frame(world, input, input, parameters))
      const value = isPromise(given) ? await given : given
      return (value === dropped ? null : value) as never
    },
  })
  const described = made.describe()
  const withPlan = (other: Plan | LoadedPlan) => madeOf(otherPlan(read, other), options)
  const self = {
    ...made,
    plan,
    hash,
    mode: 'workflow',
    file: read.file,
    imported: read.imported,
    seen: [made.command, ...commandsOf(made.ways)],
    parts: [...(made.parts ?? []), usualPipelines],
    describe: () => ({ ...(described as object), plan: plan as never }),
    simulated: () => self,
    locate: read.locate,
    withPlan,
    configure: (given: Readonly<Record<string, unknown>>, name: string) =>
      madeOf(read, { ...options, versions: [], parameters: given, name }),
    older: (kept: unknown) => olderFacts(withPlan, kept as Plan, made.facts),
    takeOver: (app: OpenApp, before: PlanWorkflow) => takeOver(app, self, before),
    survey: (app: OpenApp, before: PlanWorkflow) => surveyRuns(app, self, before),
  } as unknown as PlanWorkflow
  return self
}

/** The code of a plan that was kept, where it can still run and keeps what it writes as this one does. */
function olderFacts(withPlan: PlanWorkflow['withPlan'], plan: Plan, { isMarked }: WorkflowFacts) {
  try {
    const { facts } = withPlan(plan)
    return facts.isMarked === isMarked ? facts : undefined
  } catch (thrown) {
    if (thrown instanceof Defect) return undefined
    throw thrown
  }
}

/** The signals that a plan waits for, with the types of what they bring. */
function signalsOf(plan: Plan): Readonly<Record<string, Schema>> {
  const signals: Record<string, Schema> = {}
  for (const { kind, config } of walkSteps(plan)) {
    if (kind.name !== 'wait') continue
    const { signal, type } = config as { signal?: string; type?: Parameters<typeof schemaOfPlanType>[0] }
    if (signal === undefined) continue
    signals[signal] = type === undefined ? z.unknown() : schemaOfPlanType(type, () => undefined)
  }
  return signals
}
