import {
  type AnyCommand,
  type AnyEvent,
  type AnyFailure,
  type Command,
  command as declareCommand,
  isPromise,
  toJson,
} from '@heddle/core'
import { leaveOutNulls, typeOfSchema } from '../expression/index.ts'
import type { LocalFunction } from '../builder/fn.ts'
import { checkOn } from '../handlers/check-on.ts'
import { eventParts } from '../handlers/event-parts.ts'
import type { LoadedPlan } from '../text/load-plan.ts'
import { optimizePlan } from '../optimize/optimize-plan.ts'
import type { OptimizedPlan } from '../optimize/optimized-plan.ts'
import { planHash } from '../plan/hash.ts'
import type { Plan } from '../plan/plan.ts'
import { usualPipelines } from '../versions/pipelines-part.ts'
import type { PlanPart } from '../versions/plan-part.ts'
import { checkGivenParameters, parameterValues } from '../validate/check-parameters.ts'
import { type CheckedPlan, checkPlan } from '../validate/check-plan.ts'
import { checkExecutors } from '../validate/mode-of.ts'
import type { PlanSources } from '../validate/sources.ts'
import { assemblePlan } from './assemble.ts'
import { CommandAssembly } from './command-assembly.ts'
import { commandExecutors } from './command-executors.ts'
import { CommandWorld } from './command-world.ts'
import { dropped } from './executor.ts'
import { Frame } from './frame.ts'
import { invalidPlan } from './invalid-plan.ts'
import { pipelineKind } from './pipeline-kind.ts'
import { localCommands } from './local-commands.ts'
import { otherPlan, type PlanOrigin, type ReadOrigin, readOrigin } from './origin.ts'
import { inputSchema, outputSchema } from './schemas.ts'
import { secretsPort } from './secrets.ts'
import { sourcesOf } from './sources-of.ts'

/** What the names in a plan mean, and what its parameters are. */
export interface PipelineOptions {
  /** Commands and named functions that steps call. */
  readonly commands?: readonly (AnyCommand | LocalFunction)[]
  /** Events that steps emit. */
  readonly events?: readonly AnyEvent[]
  /** Pipelines that steps run. */
  readonly pipelines?: readonly Pipeline[]
  readonly parameters?: Readonly<Record<string, unknown>>
  /** The name of the plan's environment whose parameters count. */
  readonly environment?: string
  /** Another name, for one of several that a plan becomes. */
  readonly name?: string
  /** Whether what runs may be a faster plan with the same outcomes and effects. @default true */
  readonly optimize?: boolean
}

/** The command that a pipeline is. */
export type PipelineCommand<Input, Value> = Command<string, Input, Value, AnyFailure, never>

/** A pipeline of plain steps: a part of an app, and a command that is called like any other. */
export interface Pipeline<Input = unknown, Value = unknown> extends PlanPart {
  /** Its failures are those of the commands that it calls, which the manifest lists. */
  readonly command: PipelineCommand<Input, Value>
  readonly checked: CheckedPlan
  /** The plan as it runs, and what was done to it. */
  readonly optimized: OptimizedPlan
  /** The same with another plan: its names mean what they mean here. @throws {Defect} InvalidPlan */
  withPlan(plan: Plan | LoadedPlan): Pipeline
  /** The command with other parameters, under a name of its own. */
  configure(parameters: Readonly<Record<string, unknown>>, name: string): AnyCommand
}

/**
 * Makes a pipeline of a plan, of a YAML or JSON file, or of what a builder made. Everything is checked here, with every
 * mistake at its place.
 *
 * @throws {Defect} InvalidPlan
 * @example
 * export const delays = pipeline(new URL('./delays.yaml', import.meta.url), { commands: [parseFlight] })
 * export default app('flights', { parts: [parseFlight, delays] })
 */
export function pipeline<Input = unknown, Value = unknown>(
  origin: PlanOrigin<Input, Value>,
  options: PipelineOptions = {},
): Pipeline<Input, Value> {
  return madeOf(readOrigin(origin), options) as Pipeline<Input, Value>
}

function madeOf(read: ReadOrigin, options: PipelineOptions): Pipeline {
  const plan = options.name === undefined ? read.plan : { ...read.plan, pipeline: options.name }
  const sources = sourcesOf(plan, read, options)
  const checked = checkPlan(plan, sources)
  const problems = [...checked.problems]
  if (problems.length === 0) checkExecutors(plan, 'command', commandExecutors, (problem) => problems.push(problem))
  checkGivenParameters(plan, options, (problem) => problems.push(problem))
  checkOn(plan, checked.input, sources, (problem) => problems.push(problem))
  if (problems.length > 0) throw invalidPlan(plan.pipeline, read.locate(problems))

  const optimized = options.optimize === false ? { plan, together: [], done: [] } : optimizePlan(plan, sources)
  const command = planCommand(plan, optimized, checked, sources, options)
  return {
    kind: pipelineKind,
    name: plan.pipeline,
    plan,
    hash: planHash(plan),
    mode: checked.mode,
    command: command as Pipeline['command'],
    file: read.file,
    imported: read.imported,
    seen: [command],
    checked,
    optimized,
    commands: [command],
    parts: [usualPipelines, ...eventParts(plan, command, sources)],
    describe: () => toJson({ plan }),
    withPlan: (other) => madeOf(otherPlan(read, other), options),
    locate: read.locate,
    takeOver: (app, before) => {
      // What has begun goes on with its own steps, also where others have their names now.
      app.keep(localCommands(before.command))
      app.exchange([command])
    },
    configure(parameters, name) {
      const own = madeOf(read, { ...options, parameters, name }).command
      return { ...own, madeFrom: { template: plan.pipeline, config: toJson(parameters) } }
    },
  }
}

function planCommand(
  plan: Plan,
  optimized: OptimizedPlan,
  checked: CheckedPlan,
  sources: PlanSources,
  options: PipelineOptions,
): AnyCommand {
  const assembly = new CommandAssembly(plan, sources)
  const run = assemblePlan(optimized.plan, sources, assembly, optimized.together)
  const parameters = parameterValues(plan, options.parameters, options.environment)
  const secrets = plan.secrets && secretsPort(plan)
  const output = outputSchema(plan, checked, sources)
  const leaveOut = leaveOutNulls(typeOfSchema(output))
  const end = (value: unknown) => (value === dropped ? null : leaveOut ? leaveOut(value) : value)
  return declareCommand(plan.pipeline, {
    summary: plan.summary,
    description: plan.description,
    requirements: plan.requirements,
    kind: assembly.isQuery ? 'query' : 'command',
    destructive: [...assembly.calls].some(({ destructive }) => destructive),
    access: plan.access,
    input: inputSchema(plan, checked, sources),
    output,
    calls: [...assembly.calls],
    emits: [...assembly.emits],
    uses: secrets ? [secrets] : [],
    run({ input, call, emit, ctx }) {
      const known = secrets && ctx.use(secrets as never)
      const frame = new Frame(new CommandWorld(call, emit), input, input, parameters, known)
      const value = run(frame)
      return isPromise(value) ? value.then(end) : end(value)
    },
  })
}
