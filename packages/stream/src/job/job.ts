import { type AnyCommand, command, Defect, type Json, type OpenApp, type Part, toJson } from '@heddle/core'
import type { AnyEntity } from '@heddle/data'
import {
  checkGivenParameters,
  checkPlan,
  isFunction,
  invalidPlan,
  type LoadedPlan,
  type LocalFunction,
  maskedPlan,
  otherPlan,
  parameterValues,
  type Plan,
  type PlanOrigin,
  type PlanPart,
  type PlanProblem,
  type PlanSources,
  type ReadOrigin,
  readOrigin,
  sourcesOf,
  usualPipelines,
} from '@heddle/pipeline'
import { z } from 'zod'
import { type AssembledJob, assembleJob } from './assemble-job.ts'
import { guaranteeOf } from './guarantee.ts'
import { jobKind } from './job-kind.ts'
import type { JobOptions } from './job-options.ts'
import { jobInstance } from './job-instance.ts'
import { sinkKindsOf, sourceKindsOf } from './kinds-of.ts'
import { placeText, sinkPlaces } from './rebuild/places.ts'
import { knownSources } from './rebuild/rereads.ts'
import { showJobStatus } from './job-status.ts'
import { surveyState } from './survey-state.ts'
import { usualJobs } from './usual-jobs.ts'
import { waitsFor } from './waits-for.ts'

/** A job: a part of an app that reads its sources for as long as the app is up, or until they end. */
export interface Job extends PlanPart {
  readonly assembled: AssembledJob
  readonly options: JobOptions
  /** Entities that its steps read and its sinks write. */
  readonly entities: ReadonlyMap<string, AnyEntity>
  withPlan(plan: Plan | LoadedPlan): Job
}

/** Whether a part is a job. */
export const isJobPart = (part: Part): part is Job => part.kind === jobKind

/**
 * Makes a job of a plan with a source: of a YAML or JSON file, of a plan, or of what a builder made. Everything is checked
 * here, with every mistake at its place. It starts with the app, and goes on where it was.
 *
 * @throws {Defect} InvalidPlan
 * @example
 * export const delays = job(new URL('./delays.yaml', import.meta.url), { commands: [parseFlight] })
 * export default app('flights', { parts: [parseFlight, delays], database: sqlite() })
 */
export function job(origin: PlanOrigin, options: JobOptions = {}): Job {
  return madeOf(readOrigin(origin), options)
}

function madeOf(read: ReadOrigin, options: JobOptions): Job {
  const plan = options.name === undefined ? read.plan : { ...read.plan, pipeline: options.name }
  const [sourceKinds, sinkKinds] = [sourceKindsOf(options), sinkKindsOf(options)]
  const entities = new Map((options.entities ?? []).map((entity) => [entity.name, entity]))
  checkOperators(plan.pipeline, options)
  const names: PlanSources = {
    ...sourcesOf(plan, read, options),
    sourceKinds: sourceKinds as PlanSources['sourceKinds'],
    sinkKinds: sinkKinds as PlanSources['sinkKinds'],
    aggregates: new Map((options.aggregates ?? []).map((aggregate) => [aggregate.name, aggregate])),
    operators: new Map(Object.entries(options.operators ?? {})),
    entities: new Map(
      [...entities].map(([name, entity]) => [name, { schema: z.object(entity.fields as z.ZodRawShape) }]),
    ),
  }
  const checked = checkPlan(plan, names)
  const problems: PlanProblem[] = [...checked.problems]
  const tell = (problem: PlanProblem) => void problems.push(problem)
  if (problems.length === 0 && !checked.job) {
    tell({
      about: 'mode',
      path: [],
      message: 'A job reads a source: say where its records come from',
      expected: 'source: …',
    })
  }
  checkGivenParameters(plan, options, tell)
  if (problems.length > 0) throw invalidPlan(plan.pipeline, read.locate(problems))

  const functions = new Map<string, LocalFunction>()
  for (const given of [...(options.commands ?? []), ...read.commands])
    if (isFunction(given)) functions.set(given.name, given as LocalFunction)
  const parameters = parameterValues(plan, options.parameters, options.environment)
  const graph = checked.job!
  const assembled = assembleJob({ plan, checked: graph, names, sourceKinds, sinkKinds, functions, options, parameters })
  tellShared(assembled, tell)
  if (problems.length > 0) throw invalidPlan(plan.pipeline, read.locate(problems))
  const own = ownCommand(plan)
  const brought = broughtBy(plan, assembled)
  const described = describe(plan, assembled, options)
  const self: Job = {
    kind: jobKind,
    name: plan.pipeline,
    plan,
    hash: assembled.hash,
    mode: 'job',
    file: read.file,
    imported: read.imported,
    command: own,
    seen: [own],
    commands: [own, ...assembled.commands, ...brought.commands],
    parts: [usualJobs, usualPipelines, ...entities.values(), ...brought.parts],
    inside: true,
    assembled,
    options,
    entities,
    describe: () => described,
    simulated: () => ({ ...self, instance: () => jobInstance(self, { isKept: false }) }),
    instance: () => jobInstance(self, { isKept: true }),
    locate: read.locate,
    withPlan: (other) => madeOf(otherPlan(read, other), options),
    takeOver: (app: OpenApp) => usualJobs.exchange(app, self),
    async survey(app: OpenApp) {
      const runs = await surveyState(app, self)
      const waits = await waitsFor(app, self)
      return { ...runs, ...(waits && { waits }) }
    },
  }
  return self
}

/** @throws {Defect} InvalidDefinition for what is no operator with a name */
function checkOperators(job: string, { operators = {} }: JobOptions): void {
  for (const [name, given] of Object.entries(operators)) {
    if (typeof (given as Partial<typeof given> | undefined)?.create === 'function') continue
    const isItself = typeof given === 'object' && given !== null && 'onRecord' in given
    const found = isItself ? 'an operator itself' : typeof given === 'function' ? 'a function' : 'no operator'
    const reason = `its operator "${name}" is ${found}: give { create: (config) => operator({ … }) }, which its plan names`
    throw new Defect('InvalidDefinition', { name: job, reason })
  }
}

/** Two sinks into one place would write over each other. */
function tellShared({ sinks }: AssembledJob, tell: (problem: PlanProblem) => void): void {
  const taken = new Map<string, string>()
  for (const { name, sink } of sinks) {
    if (sink.place === undefined) continue
    const place = placeText(sink.place, sink.paths)
    const other = taken.get(place)
    if (other !== undefined) {
      const message = `The sinks "${other}" and "${name}" both write to ${sink.place}: give each a place of its own`
      tell({ about: 'name', path: ['sinks', name], message })
    }
    taken.set(place, name)
  }
}

/** What sources and sinks add to the app. */
function broughtBy({ pipeline, access }: Plan, { sources, sinks }: AssembledJob) {
  const place = { job: pipeline, access: access ?? 'heddle:operate' }
  const all = [
    ...sources.map(({ name, source, schema }) => source.brings?.({ ...place, name, schema })),
    ...sinks.map(({ name, sink, schema }) => sink.brings?.({ ...place, name, schema })),
  ]
  return {
    parts: all.flatMap((one) => one?.parts ?? []),
    commands: all.flatMap((one): readonly AnyCommand[] => one?.commands ?? []),
  }
}

/** The command of a job tells how it is doing. */
function ownCommand(plan: Plan): AnyCommand {
  return command(plan.pipeline, {
    kind: 'query',
    summary: plan.summary ?? `How the job ${plan.pipeline} is doing`,
    description: plan.description,
    requirements: plan.requirements,
    access: plan.access ?? 'heddle:operate',
    input: z.object({}),
    output: showJobStatus.output,
    calls: [showJobStatus],
    run: ({ call }) => call(showJobStatus, { job: plan.pipeline }),
  }) as AnyCommand
}

/** What the manifest holds of a job. */
function describe(plan: Plan, assembled: AssembledJob, { renamed, migrations = {} }: JobOptions): Json {
  const { sources, sinks, steps, hash } = assembled
  // A manifest is of no environment: what is read from one is known where the job runs.
  const host = { job: plan.pipeline, environment: {} }
  return toJson({
    plan: maskedPlan(plan),
    hash,
    steps,
    ...(renamed && { renamed }),
    migrations: Object.fromEntries(Object.entries(migrations).map(([step, { name }]) => [step, name])),
    sources: Object.fromEntries(
      knownSources(sources, host).map(({ name, ...known }, index) => {
        return [name, { ...known, ...sources[index]!.source.guarantees }]
      }),
    ),
    sinks: Object.fromEntries(
      sinks.map(({ name, sink: { kind, delivery, fills } }) => [name, { kind, delivery, ...(fills && { fills }) }]),
    ),
    places: Object.fromEntries(sinkPlaces(sinks, host).map(({ name, ...place }) => [name, place])),
    guarantee: guaranteeOf(assembled),
  })
}
