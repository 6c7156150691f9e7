import { type AnyCommand, holdsAnnotation } from '@heddle/core'
import { mismatches, orNull, typeOfSchema, type ValueType } from '../expression/index.ts'
import type { Mode } from '../kinds/mode.ts'
import type { Plan } from '../plan/plan.ts'
import { planFields } from '../plan/plan-fields.ts'
import { planType, typeOfPlanType } from '../plan/plan-type.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { isJob, withSteps } from '../plan/stream-fields.ts'
import { type CheckedJob, checkJob } from './check-job.ts'
import { checkParameters } from './check-parameters.ts'
import { checkPolicies } from './check-policies.ts'
import { checkSecrets } from './check-secrets.ts'
import { checkShape } from './check-shape.ts'
import { checkSteps, type StepTypes } from './check-steps.ts'
import { inputType } from './command-types.ts'
import { firstCommand } from './first-command.ts'
import { modeOf } from './mode-of.ts'
import { recordOf } from './scope.ts'
import type { PlanSources } from './sources.ts'
import { isSteady } from './steady.ts'

/** What is known of a plan, and everything that is wrong with it. */
export interface CheckedPlan {
  /** In the order of their places. A plan without any can run. */
  readonly problems: readonly PlanProblem[]
  readonly mode: Mode
  readonly input: ValueType
  readonly output: ValueType
  /** Whether the value may end in a step, so that the plan gives null. */
  readonly drops: boolean
  /** Step id → the types of what it reads and gives. */
  readonly steps: ReadonlyMap<string, StepTypes>
  /** The graph of a job; missing where the plan has no source. */
  readonly job?: CheckedJob
}

/**
 * Checks a plan: its shape, its names and the type of every edge. A mistake does not hide others: what is unknown
 * because of it fits anywhere.
 */
export function checkPlan(plan: unknown, sources: PlanSources = {}): CheckedPlan {
  const problems: PlanProblem[] = []
  const tell = (problem: PlanProblem) => void problems.push(problem)
  checkShape(plan, tell)
  const sound = soundOf(withSteps(plan))
  if (!sound) return { problems, mode: 'command', input: unknown, output: unknown, drops: false, steps: new Map() }

  checkParameters(sound, tell)
  checkPolicies(sound, sources, tell)
  checkSecrets(sound, sources, tell)
  const types = new Map<string, StepTypes>()
  const checking = { plan: sound, sources, types, tell }
  const parameters = parametersOf(sound)
  if (isJob(sound)) {
    const mode = modeOf(sound, tell)
    const job = checkJob(sound, parameters, checking)
    return { problems, mode, input: unknown, output: unknown, drops: false, steps: types, job }
  }
  const first = firstCommand(sound, sources)
  const input = typeOfInput(sound, first, sources, tell)
  const scope = {
    it: input,
    input,
    parameters,
    vars: {},
    steps: {},
    names: {},
  }
  const { value, drops } = checkSteps(sound.steps, ['steps'], scope, checking)
  const output = orNull(value, drops)
  checkOutput(sound, output, tell)
  return { problems, mode: modeOf(sound, tell), input, output, drops, steps: types }
}

const unknown: ValueType = { kind: 'unknown' }

const parametersOf = ({ parameters = {} }: Plan): ValueType =>
  recordOf(
    Object.fromEntries(
      Object.entries(parameters).map(([name, { type }]) => [name, typeOfPlanType(type, () => undefined)] as const),
    ),
  )

/** The type of what the first step reads. */
function typeOfInput(
  plan: Plan,
  first: AnyCommand | undefined,
  { schemas }: PlanSources,
  tell: (problem: PlanProblem) => void,
): ValueType {
  if (schemas?.input) return typeOfSchema(schemas.input)
  if (plan.input !== undefined || !first) return typeOfPlanType(plan.input, tell, ['input'])
  if (!isSteady(first.input) && holdsAnnotation(first.input)) {
    const message = `The input of ${first.name} is marked and changes what it is given, so it cannot stand for the pipeline's`
    tell({ about: 'type', path: ['steps', 0], message, expected: 'an input of its own' })
  }
  return inputType(first)
}

function checkOutput({ output, steps }: Plan, value: ValueType, tell: (problem: PlanProblem) => void): void {
  if (output === undefined) return
  const type = typeOfPlanType(output, tell, ['output'])
  for (const { message, expected, found, path } of mismatches(value, type)) {
    const at = path.length > 0 ? ` at ${path.join('/')}` : ''
    const place = ['steps', steps.length - 1]
    tell({ about: 'type', path: place, message: `What the pipeline gives${at}: ${message}`, expected, found })
  }
}

/** What can be looked at more closely, although something may be wrong with it. */
function soundOf(plan: unknown): Plan | undefined {
  if (typeof plan !== 'object' || plan === null) return undefined
  const fields: Record<string, unknown> = { ...plan }
  if (!Array.isArray(fields.steps)) return undefined
  for (const name of ['parameters', 'environments', 'secrets', 'policies']) {
    const value = fields[name]
    const isSound = typeof value === 'object' && value !== null && !Array.isArray(value)
    if (!isSound || !planFields.shape[name as 'policies'].safeParse(value).success) delete fields[name]
  }
  for (const name of ['source', 'sources', 'sink', 'sinks'] as const) {
    const isSound = planFields.shape[name].safeParse(fields[name]).success
    const isThere = typeof fields[name] === 'object' && fields[name] !== null && !Array.isArray(fields[name])
    if (!isSound && !isThere) delete fields[name]
  }
  for (const name of ['input', 'output']) if (!planType.safeParse(fields[name]).success) delete fields[name]
  return fields as unknown as Plan
}
