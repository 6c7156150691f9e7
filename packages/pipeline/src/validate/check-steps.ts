import { mismatches, nearest, type ScopeTypes, unionOf, type ValueType } from '../expression/index.ts'
import type { PlanPath } from '../plan/path.ts'
import type { Plan, Step } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { failureHandling, mayDrop } from '../plan/on-error.ts'
import { kindOf } from '../kinds/kind-of.ts'
import { stepName } from '../plan/step-name.ts'
import { readsOf } from './reads-of.ts'
import { readStep } from './read-config.ts'
import { innerScope, type StepScope, scopeTypes } from './scope.ts'
import { checkParametersOf } from './check-parameters.ts'
import { secretTypes } from './check-secrets.ts'
import type { PlanSources } from './sources.ts'
import { typeExpression, typeShape } from './type-expression.ts'
import type { TypedSteps, Typing } from './typing.ts'

/** The types of a step. */
export interface StepTypes {
  readonly reads: ValueType
  readonly gives: ValueType
}

/** What is known while the edges of a plan are checked. */
export interface Checking {
  readonly plan: Plan
  readonly sources: PlanSources
  /** Step id → its types. */
  readonly types: Map<string, StepTypes>
  tell(problem: PlanProblem): void
}

const unknown: ValueType = { kind: 'unknown' }

/** Types steps one after the other, and tells every edge that does not fit. */
export function checkSteps(steps: readonly Step[], path: PlanPath, scope: StepScope, checking: Checking): TypedSteps {
  let drops = false
  for (const [index, step] of steps.entries()) {
    const typed = checkStep(step, [...path, index], scope, checking)
    scope.it = typed.gives
    if (typeof step?.id === 'string') scope.steps[step.id] = typed.gives
    drops ||= typed.drops
  }
  return { value: scope.it, drops }
}

function checkStep(
  given: Step,
  path: PlanPath,
  scope: StepScope,
  checking: Checking,
): { gives: ValueType; drops: boolean } {
  const read = typeof given === 'object' && given !== null ? readStep(given) : undefined
  // What is wrong with its shape is told already, a kind of jobs with the mode, and nobody knows what it gives.
  if (!read || read.kind.modes.every((mode) => mode === 'job')) return { gives: unknown, drops: false }
  const { step } = read
  const reads = readsOf(step.from, scope, [...path, 'from'], checking)
  const own = innerScope(scope, reads)
  const boolean: ValueType = { kind: 'boolean', nullable: true }
  if (step.if !== undefined) {
    const type = typeExpression(step.if, scopeTypes(own), [...path, 'if'], checking.tell)
    fits(type, boolean, [...path, 'if'], 'the condition', checking)
  }
  const typing = new StepTyping(step, (inner) => [...path, kindOf(step)!, ...inner], own, checking)
  let gives = read.kind.type(read.config, typing)
  // What a step defines is known behind it.
  Object.assign(scope.vars, typing.defined)
  if (step.if !== undefined) gives = unionOf([gives, reads])
  const { does, origin, use } = failureHandling(step)
  if (does === 'use') {
    gives = unionOf([gives, typeShape(use!, scopeTypes(own), [...path, 'onError', 'use'], checking.tell)])
  }
  if (origin !== undefined) {
    const place = [...path, 'onError', 'deadLetter', 'origin']
    const type = typeExpression(origin, scopeTypes(own), place, checking.tell)
    fits(type, { kind: 'string', nullable: true }, place, 'the origin', checking)
  }
  checking.types.set(step.id, { reads, gives })
  return { gives, drops: typing.drops || mayDrop(step) }
}

/** Tells where a value of one type does not fit into another. */
export function fits(from: ValueType, to: ValueType, path: PlanPath, what: string, { tell }: Checking): void {
  // What was written down for this one reader holds nothing that it does not take.
  const exact = path.at(-1) === 'with' || path.at(-1) === 'data'
  for (const { path: place, message, expected, found, suggestion } of mismatches(from, to, { exact })) {
    const at = place.length > 0 ? ` at ${place.join('/')}` : ''
    tell({ about: 'type', path: [...path, ...place], message: `${what}${at}: ${message}`, expected, found, suggestion })
  }
}

/** What a typing rule sees of its step. */
export class StepTyping implements Typing {
  readonly step: Step
  readonly isJob: boolean = false
  readonly defined: Record<string, ValueType> = {}
  drops = false
  /** The way from the plan to a setting. */
  readonly at: (path: PlanPath) => PlanPath
  readonly #scope: StepScope
  readonly #checking: Checking

  constructor(step: Step, at: (path: PlanPath) => PlanPath, scope: StepScope, checking: Checking) {
    this.step = step
    this.at = at
    this.#scope = scope
    this.#checking = checking
  }

  get it(): ValueType {
    return this.#scope.it
  }
  expression(text: string, path: PlanPath, names?: ScopeTypes): ValueType {
    return typeExpression(text, scopeTypes(this.#scope, names), this.at(path), this.#checking.tell)
  }
  shape(shape: Parameters<Typing['shape']>[0], path: PlanPath, names?: ScopeTypes): ValueType {
    const scope = scopeTypes(this.#scope, { ...secretTypes(this.#checking.plan, this.step, path), ...names })
    return typeShape(shape, scope, this.at(path), this.#checking.tell)
  }
  steps(steps: readonly Step[], path: PlanPath, it: ValueType, names?: ScopeTypes): TypedSteps {
    return checkSteps(steps, this.at(path), innerScope(this.#scope, it, names), this.#checking)
  }
  drop(): void {
    this.drops = true
  }
  command(name: string, path: PlanPath) {
    return this.named(this.#checking.sources.commands, 'command', name, path)
  }
  event(name: string, path: PlanPath) {
    return this.named(this.#checking.sources.events, 'event', name, path)
  }
  pipeline(name: string, path: PlanPath, parameters: Readonly<Record<string, unknown>>) {
    const source = this.named(this.#checking.sources.pipelines, 'pipeline', name, path)
    if (!source) return undefined
    const tell = (problem: PlanProblem) => this.tell({ ...problem, path: ['parameters', ...problem.path] })
    return checkParametersOf(source.parameters, parameters, tell)
      ? source.command(parameters, stepName(this.#checking.plan, this.step.id, 'Pipeline'))
      : undefined
  }
  define(name: string, type: ValueType): void {
    this.defined[name] = type
  }
  fits(from: ValueType, to: ValueType, path: PlanPath, what: string): void {
    fits(from, to, this.at(path), what, this.#checking)
  }
  tell(problem: PlanProblem): void {
    this.#checking.tell({ ...problem, path: this.at(problem.path) })
  }

  /** What a name means in a table; told where it means nothing. */
  protected named<Found>(table: ReadonlyMap<string, Found> | undefined, what: string, name: string, path: PlanPath) {
    const found = table?.get(name)
    if (found === undefined && table !== undefined) {
      const suggestion = nearest(name, table.keys())
      this.tell({ about: 'name', path, message: `There is no ${what} "${name}"`, suggestion })
    }
    return found
  }
}
