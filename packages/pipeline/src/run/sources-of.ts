import type { AnyCommand } from '@heddle/core'
import { functionCommand, isFunction } from '../builder/fn.ts'
import type { Plan } from '../plan/plan.ts'
import type { LoadedPlan } from '../text/load-plan.ts'
import type { PipelineSource, PlanSources } from '../validate/sources.ts'
import type { ReadOrigin } from './origin.ts'
import { type Pipeline, type PipelineOptions, pipeline } from './pipeline.ts'

/** What the names of a plan mean: what was given beside it, what the builder brought along, and what it imports. */
export function sourcesOf(plan: Plan, origin: ReadOrigin, options: PipelineOptions): PlanSources {
  const commands = new Map<string, AnyCommand>()
  for (const given of [...(options.commands ?? []), ...origin.commands]) {
    const command = isFunction(given) ? functionCommand(given, plan.pipeline) : given
    commands.set(given.name, command)
    commands.set(command.name, command)
  }
  const pipelines = new Map<string, PipelineSource>()
  for (const given of options.pipelines ?? []) {
    pipelines.set(given.name, givenSource(given))
    commands.set(given.name, given.command)
  }
  for (const loaded of origin.imported) pipelines.set(loaded.plan.pipeline, importedSource(loaded, options))
  const events = [...(options.events ?? []), ...origin.events]
  return {
    commands,
    events: new Map(events.map((event) => [event.name, event])),
    pipelines,
    schemas: origin.schemas,
    sourceTypes: new Map(Object.entries(origin.schemas?.sources ?? {})),
    policies: Object.assign({}, ...origin.imported.map((loaded) => loaded.plan.policies)) as PlanSources['policies'],
  }
}

/** A pipeline of the app is called as it is; with parameters of its own it is a local command. */
function givenSource({ name, plan, command, configure }: Pipeline): PipelineSource {
  const local = once((parameters, as) => configure(parameters, as))
  const isPlain = (parameters: object) => Object.keys(parameters).length === 0
  return {
    name,
    // What was given when it was made stands, so no parameter has to be given again.
    parameters: Object.fromEntries(
      Object.entries(plan.parameters ?? {}).map(([own, parameter]) => [own, { default: null, ...parameter }]),
    ),
    command: (parameters, as) => (isPlain(parameters) ? command : local(parameters, as)),
  }
}

/** A pipeline of an imported file is a local command of each step that runs it. */
function importedSource(loaded: LoadedPlan, options: PipelineOptions): PipelineSource {
  const { commands, events, pipelines, environment } = options
  return {
    name: loaded.plan.pipeline,
    parameters: loaded.plan.parameters ?? {},
    command: once((parameters, name) => {
      const known = environment !== undefined && Object.hasOwn(loaded.plan.environments ?? {}, environment)
      const own = { commands, events, pipelines, parameters, name, ...(known && { environment }) }
      const { command } = pipeline(loaded, own)
      return { ...command, madeFrom: { template: loaded.plan.pipeline, config: {} } }
    }),
  }
}

type Make = PipelineSource['command']

/** The same command for the same step, whether it is checked or made ready. */
function once(make: Make): Make {
  const made = new Map<string, AnyCommand>()
  return (parameters, name) => {
    const known = made.get(name)
    if (known) return known
    const command = make(parameters, name)
    made.set(name, command)
    return command
  }
}
