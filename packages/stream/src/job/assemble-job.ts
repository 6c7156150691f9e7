import { type AnyCommand, type Json, parseDuration } from '@heddle/core'
import {
  type CheckedJob,
  type CheckedJobStep,
  type CheckedSink,
  type CheckedSource,
  type LocalFunction,
  nameOfStream,
  type Needed,
  neededOf,
  type Plan,
  planHash,
  type PlanProblem,
  type PlanSources,
  policiesOf,
  schemaOfPlanType,
  schemaOfType,
  stepCommand,
  type StreamRef,
} from '@heddle/pipeline'
import type { z } from 'zod'
import type { AsyncStep } from '../operator/async-step.ts'
import type { Operator } from '../operator/operator.ts'
import type { JobBuilding } from '../operators/executor.ts'
import { jobExecutors } from '../operators/executors.ts'
import { type JobExpressions, jobExpressions } from '../operators/job-expressions.ts'
import { notFinite } from '../sink/not-finite.ts'
import type { Sink, SinkInput, SinkKind } from '../sink/sink.ts'
import type { Source, SourceKind } from '../source/source.ts'
import { stateSection, type StateSection } from '../state/compare.ts'
import type { SinkSpec, SourceSpec, StepSpec, TaskSettings } from '../task/task-spec.ts'
import { usualSettings } from '../task/task-spec.ts'
import { type AskingHost, askingStep } from './asking-steps.ts'
import type { JobOptions } from './job-options.ts'

/** What a job is assembled from: its plan was checked. */
export interface JobAssembly {
  readonly plan: Plan
  readonly checked: CheckedJob
  readonly names: PlanSources
  readonly sourceKinds: ReadonlyMap<string, SourceKind>
  readonly sinkKinds: ReadonlyMap<string, SinkKind>
  readonly functions: ReadonlyMap<string, LocalFunction>
  readonly options: JobOptions
  readonly parameters: Readonly<Record<string, unknown>>
}

/** A job before it is in an app. */
export interface AssembledJob {
  readonly hash: string
  readonly sources: readonly SourceSpec[]
  readonly sinks: readonly SinkSpec[]
  readonly settings: TaskSettings
  readonly steps: Readonly<Record<string, StateSection>>
  /** The commands that steps call, with their policies around them. */
  readonly commands: readonly AnyCommand[]
  /** Step → kind. */
  readonly kinds: ReadonlyMap<string, string>
  /** Step → the sources and steps that it reads. */
  readonly reads: ReadonlyMap<string, readonly string[]>
  /** What is no mistake of the plan, and may be none that was meant. */
  readonly notes: readonly PlanProblem[]
  /** Which command a step calls. */
  readonly calls: ReadonlyMap<string, AnyCommand>
  /** The steps, made ready for a process that runs them. */
  stepsFor(host: AskingHost): readonly StepSpec[]
}

/** Makes a job of a checked plan: names are looked up and expressions compiled once. */
export function assembleJob(assembly: JobAssembly): AssembledJob {
  const { plan, checked, options, parameters } = assembly
  const expressions = jobExpressions(parameters)
  const needed = neededOf(checked)
  const sources = [...checked.sources.values()].map((source) =>
    sourceSpec(source, assembly, expressions, needed.get(source.name)),
  )
  const sinks = [...checked.sinks.values()].map((sink) => sinkSpec(sink, assembly))
  const steps = [...checked.steps.values()]
  const calls = new Map<string, AnyCommand>()
  for (const step of steps) {
    const command = calledBy(step, assembly)
    if (command) calls.set(step.id, command)
  }
  // Made once: they hold no state of their own, so that a job that is opened again goes on with what is compiled already.
  const operators = new Map<string, Operator>()
  for (const step of steps) if (isOperator(step)) operators.set(step.id, operatorOf(step, assembly, expressions))
  return {
    hash: planHash(plan),
    sources,
    sinks,
    settings: settingsOf(plan, options),
    steps: sectionsOf(operators, checked),
    commands: [...calls.values()].filter(({ madeFrom }) => madeFrom !== undefined),
    kinds: new Map(steps.map(({ id, kind }) => [id, kind.name])),
    reads: new Map(steps.map(({ id, inputs }) => [id, inputs.map(nameOfStream)])),
    calls,
    notes: checked.notes,
    stepsFor: (host) =>
      steps.map((step): StepSpec => {
        const { onError = 'fail' } = step.step
        const operator = operators.get(step.id)
        const run = operator ? { operator } : callRun(step, calls.get(step.id), assembly, expressions, host)
        const originOf =
          typeof onError === 'object' && 'deadLetter' in onError
            ? expressions.expression(onError.deadLetter.origin)
            : undefined
        return {
          id: step.id,
          from: step.inputs.map((input) => [readsOf(input)]),
          run,
          onError: typeof onError === 'string' ? onError : 'deadLetter' in onError ? 'deadLetter' : 'fail',
          ...(originOf && { originOf: (value: unknown, time: number) => originOf(value, time, undefined) }),
        }
      }),
  }
}

/** What is compared when the plan changes: only what the state depends on. */
function sectionsOf(operators: ReadonlyMap<string, Operator>, checked: CheckedJob): Record<string, StateSection> {
  const sections = [...operators].flatMap(([id, operator]): [string, StateSection][] => {
    const own = stateSection(operator)
    if (!own) return []
    const section = { ...own, reads: checked.steps.get(id)!.inputs.map(nameOfStream) }
    const keyBy = operator.key === undefined ? keyBefore(id, checked) : undefined
    return [[id, keyBy === undefined ? section : { ...section, shape: [section.shape ?? null, { keyBy }] }]]
  })
  return Object.fromEntries(sections)
}

/** By what the step that gives a step's records their key groups them, where that step is not the source. */
function keyBefore(id: string, { steps }: CheckedJob): Json | undefined {
  const step = steps.get(id)
  if (!step) return undefined
  if (step.kind.name === 'keyBy') return step.config as Json
  const [first] = step.inputs
  const before = first && keyBefore(first.of, { steps } as CheckedJob)
  // Behind these the state was kept by their own keys once.
  const { by } = step.config as { readonly by?: Json }
  const hasOwn = step.kind.name === 'dedupe' || (step.kind.name === 'throttle' && by !== undefined)
  return hasOwn ? { through: step.kind.name, keyBy: before ?? null } : before
}

const isOperator = ({ kind }: CheckedJobStep): boolean => kind.name in jobExecutors

const readsOf = ({ of, side }: StreamRef) => ({ name: of, ...(side !== undefined && { side }) })

/** The command of a step that calls one, with the step's policies around it. */
function calledBy({ step, config }: CheckedJobStep, { plan, names, functions }: JobAssembly): AnyCommand | undefined {
  const { command: name } = config as { readonly command?: string }
  if (name === undefined || functions.has(name)) return undefined
  const base = names.commands!.get(name)!
  const policies = policiesOf(step, plan, names)
  return policies.length === 0 ? base : stepCommand(base, plan, step, policies)
}

function callRun(
  step: CheckedJobStep,
  command: AnyCommand | undefined,
  { functions }: JobAssembly,
  expressions: JobExpressions,
  host: AskingHost,
): { readonly operator: Operator } | { readonly asks: AsyncStep } {
  const { command: name } = step.config as { readonly command?: string }
  return askingStep({ step, command, local: functions.get(name ?? ''), expressions, host })
}

function operatorOf(step: CheckedJobStep, { options }: JobAssembly, expressions: JobExpressions): Operator {
  const { keyBefore } = step
  const building: JobBuilding = {
    ...expressions,
    step: step.step,
    reads: step.given,
    keyBefore: keyBefore && { names: Object.keys(keyBefore.fields), isList: keyBefore.isList },
    operatorNamed: (name) => options.operators![name]!,
    aggregates: new Map(options.aggregates?.map((one) => [one.name, one])),
  }
  return jobExecutors[step.kind.name]!(step.config as never, building)
}

function sourceSpec(
  { name, kind, config, plan, type }: CheckedSource,
  { sourceKinds, names }: JobAssembly,
  expressions: JobExpressions,
  needed: Needed | undefined,
): SourceSpec {
  const source: Source = sourceKinds.get(kind)!.create(config)
  const { time, disorder, ahead, idle, decode = 'strict', onError = 'deadLetter' } = plan
  const timeOf = time === undefined ? undefined : expressions.expression(time)
  const schema =
    names.sourceTypes?.get(name) ?? (plan.type === undefined ? undefined : schemaOfPlanType(plan.type, noProblem))
  const idleMs = idle === undefined ? usualIdleOf(source) : parseDuration(idle)
  return {
    name,
    source,
    ...(timeOf && { timeOf: (value: unknown) => timeOf(value, 0, undefined) }),
    disorderMs: disorder === undefined ? 0 : parseDuration(disorder),
    ...aheadOf(ahead, source),
    idleMs,
    decode,
    ...(decode === 'needed' && needed !== undefined && needed !== 'all' && { needed }),
    schema: (schema ?? (type.kind === 'unknown' ? undefined : schemaOfType(type))) as z.ZodType | undefined,
    onError,
  }
}

/** Sources that end may be of any time, e.g. of a plan for years. */
function aheadOf(ahead: string | undefined, { bounded }: Source): { readonly aheadMs?: number } {
  if (ahead !== undefined) return { aheadMs: parseDuration(ahead) }
  return bounded ? {} : { aheadMs: usualAheadMs }
}

/** How far ahead of the clock the records of an endless source may be (limit `source.ahead`). */
const usualAheadMs = 24 * 60 * 60 * 1000

/** After so long a source without a record holds no time back; one that ends is waited for. */
const usualIdleOf = ({ bounded, everyMs = 0 }: Source): number | undefined =>
  bounded ? undefined : Math.max(usualIdleMs, 2 * everyMs)

/** Limit `source.idle`. */
const usualIdleMs = 30_000

const noProblem = () => undefined

function sinkSpec(sink: CheckedSink, { sinkKinds }: JobAssembly): SinkSpec {
  const { name, kind, config, from, type, flow, keys, mayHaveKeys } = sink
  const input: SinkInput = { flow, keys, mayHaveKeys }
  const made: Sink = sinkKinds.get(kind)!.create(config, type, input)
  const schema = type.kind === 'unknown' ? undefined : schemaOfType(type)
  return { name, from: readsOf(from), sink: made, schema, notFinite: notFinite(type) }
}

function settingsOf({ checkpoint, errors }: Plan, { settings }: JobOptions): TaskSettings {
  return {
    ...usualSettings,
    ...(checkpoint !== undefined && { checkpointMs: parseDuration(checkpoint) }),
    ...(errors !== undefined && { errors: { budget: errors.budget, perMs: parseDuration(errors.per) } }),
    ...settings,
  }
}
