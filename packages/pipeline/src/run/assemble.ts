import { isPromise } from '@heddle/core'
import type { Plan, Step } from '../plan/plan.ts'
import { failureHandling } from '../plan/on-error.ts'
import { stepName } from '../plan/step-name.ts'
import { type ReadStep, readStep } from '../validate/read-config.ts'
import type { PlanSources } from '../validate/sources.ts'
import type { OptimizedPlan } from '../optimize/optimized-plan.ts'
import { askedSteps } from './asked-steps.ts'
import type { Assembly } from './assembly.ts'
import { atOnce } from './at-once.ts'
import { evaluateShape, evaluateText } from './evaluate.ts'
import { type Building, dropped, type Executable, type Run } from './executor.ts'
import type { Frame } from './frame.ts'
import { keepingLetters } from './keep-letter.ts'
import { reader } from './reader.ts'
import { inSequence } from './sequence.ts'

/** What a plan is made ready from. */
export interface Assembling {
  readonly plan: Plan
  readonly sources: PlanSources
  /** The steps whose values somebody asks for later. */
  readonly asked: ReadonlySet<string>
  /** Ids of steps that run at once, by the id of the first of them. */
  readonly together: ReadonlyMap<string, readonly string[]>
}

/**
 * Makes the steps of a checked plan ready for a mode: names are looked up, expressions compiled and branches laid out
 * once, so that a run only walks closures.
 */
export function assemblePlan(
  plan: Plan,
  sources: PlanSources,
  assembly: Assembly,
  together: OptimizedPlan['together'] = [],
): Run {
  const groups = new Map(together.map((ids) => [ids[0]!, ids]))
  return assembleSteps(plan.steps, { plan, sources, asked: askedSteps(plan), together: groups }, assembly)
}

function assembleSteps(steps: readonly Step[], assembling: Assembling, assembly: Assembly): Run {
  const runs: Run[] = []
  for (let index = 0; index < steps.length;) {
    const count = assembling.together.get(steps[index]!.id)?.length ?? 1
    const group = steps.slice(index, index + count).map((step) => assembleStep(step, assembling, assembly))
    runs.push(count === 1 ? group[0]! : atOnce(group))
    index += count
  }
  return inSequence(runs)
}

function assembleStep(step: Step, assembling: Assembling, assembly: Assembly): Run {
  const read = readStep(step)!
  let run = withoutFailures(read, assembling, assembly)
  if (step.if !== undefined) {
    const [condition, taken] = [evaluateText(step.if), run]
    run = (frame) => (condition(frame) === true ? taken(frame) : frame.it)
  }
  if (step.from !== undefined) {
    const [reads, inner] = [reader(step.from), run]
    run = (frame) => {
      frame.it = reads(frame)
      return inner(frame)
    }
  }
  return assembling.asked.has(step.id) ? kept(step.id, run) : run
}

/** The step itself, with what its failures do. */
function withoutFailures(read: ReadStep, assembling: Assembling, assembly: Assembly): Run {
  const { step } = read
  const { does, use } = failureHandling(step)
  if (does === 'fail') return executable(read, assembling, assembly).run
  if (does === 'deadLetter') {
    return keepingLetters(step, assembling.plan, assembly, executable(read, assembling, assembly))
  }
  const attempt = read.kind.calls
    ? executable(read, assembling, assembly).attempt!
    : assembly.isolate(step, (inner) => executable(read, assembling, inner).run)
  const instead = does === 'use' ? evaluateShape(use!) : () => dropped
  return async (frame) => {
    const outcome = await attempt(frame)
    return outcome.ok ? outcome.value : instead(frame)
  }
}

function executable({ step, kind, config }: ReadStep, assembling: Assembling, assembly: Assembly): Executable {
  return assembly.executors[kind.name]!(config as never, buildingOf(step, assembling, assembly))
}

function buildingOf(step: Step, assembling: Assembling, assembly: Assembly): Building {
  const { sources } = assembling
  return {
    step,
    expression: evaluateText,
    shape: evaluateShape,
    steps: (steps) => assembleSteps(steps, assembling, assembly),
    command: (name) => assembly.command(sources.commands!.get(name)!, step),
    helper: (name) => assembly.command(sources.commands!.get(name)!),
    pipeline(name, parameters) {
      const own = stepName(assembling.plan, step.id, 'Pipeline')
      return assembly.command(sources.pipelines!.get(name)!.command(parameters, own), step)
    },
    event: (name) => assembly.event(sources.events!.get(name)!),
    isolate: (make, name) => assembly.isolate(step, (inner) => make(buildingOf(step, assembling, inner)), name),
  }
}

const kept =
  (id: string, run: Run): Run =>
  (frame) => {
    const keep = (value: unknown) => keepValue(frame, id, value)
    const value = run(frame)
    return isPromise(value) ? value.then(keep) : keep(value)
  }

function keepValue(frame: Frame, id: string, value: unknown): unknown {
  if (value !== dropped) frame.steps = { ...frame.steps, [id]: value }
  return value
}
