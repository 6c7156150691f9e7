import type { Schema } from '@heddle/core'
import { aggregatesWith } from '../aggregate/table.ts'
import { checkAggregate } from '../aggregate/check.ts'
import { splitAggregates } from '../aggregate/split.ts'
import { parseExpression, pathsOf, type ScopeTypes, type ValueType } from '../expression/index.ts'
import type { Flow } from '../kinds/job-rule.ts'
import type { StepKind } from '../kinds/kind.ts'
import { settingPath } from '../kinds/kind-of.ts'
import type { PlanPath } from '../plan/path.ts'
import type { Step } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { type Checking, StepTyping } from './check-steps.ts'
import { type JobTyping, type KeyType, typeOfKey } from './job-typing.ts'
import type { Streams, StreamType } from './streams.ts'
import { typeExpression, typeShape } from './type-expression.ts'

type Tell = (problem: PlanProblem) => void

/** What expressions of a job read beside the record. */
export const jobScope = (it: ValueType, key: KeyType | undefined, parameters: ValueType): ScopeTypes => ({
  it,
  key: typeOfKey(key),
  time: { kind: 'time' },
  parameters,
})

/** Names that mean something elsewhere: a job has no run of which they could tell. */
const elsewhere: Readonly<Record<string, string>> = {
  input: 'a job has no input, and "it" is the record',
  steps: 'records are not kept for later steps: a map carries on what they need',
  vars: 'a job has no set: a map carries on what later steps need',
  secrets: 'secrets go into no record',
}

/** The type of an expression of a job. */
export function typeJobExpression(text: string, scope: ScopeTypes, path: PlanPath, tell: Tell): ValueType {
  const parsed = parseExpression(text)
  const roots = parsed.ok ? pathsOf(parsed.expression).map(([root]) => root!) : []
  const foreign = [...new Set(roots)].filter((root) => Object.hasOwn(elsewhere, root) && !Object.hasOwn(scope, root))
  if (foreign.length === 0) return typeExpression(text, scope, path, tell)
  for (const root of foreign) {
    const offset = Math.max(text.search(new RegExp(`\\b${root}\\b`)), 0)
    const expected = Object.keys(scope).join(', ')
    const message = `There is no "${root}" in a job: ${elsewhere[root]}`
    tell({ about: 'name', path, message, expected, found: root, offset, length: root.length })
  }
  return { kind: 'unknown' }
}

/** What a typing rule sees of its step in a job. */
export class JobStepTyping extends StepTyping implements JobTyping {
  override readonly isJob = true
  readonly scope: ScopeTypes
  readonly sides = new Map<string, ValueType>()
  accepts: Flow | undefined
  emits: Flow | 'same' | undefined
  rekeyed: { readonly key: KeyType | undefined } | undefined
  readonly #reads: StreamType
  readonly #streams: Streams
  readonly #own: Checking
  readonly #parameters: ValueType

  constructor(
    step: Step,
    kind: StepKind,
    path: PlanPath,
    reads: StreamType,
    streams: Streams,
    parameters: ValueType,
    checking: Checking,
  ) {
    const place = (own: PlanPath) => [...path, ...settingPath(kind, own)]
    super(step, place, { ...emptyScope, it: reads.type, parameters }, checking)
    this.#reads = reads
    this.#streams = streams
    this.#own = checking
    this.#parameters = parameters
    this.scope = jobScope(reads.type, reads.key, parameters)
  }

  get key(): KeyType | undefined {
    return this.#reads.key
  }
  override expression(text: string, path: PlanPath, names?: ScopeTypes): ValueType {
    return typeJobExpression(text, { ...this.scope, ...names }, this.at(path), this.#own.tell)
  }
  override shape(shape: Parameters<JobTyping['shape']>[0], path: PlanPath, names?: ScopeTypes): ValueType {
    return typeShape(shape, { ...this.scope, ...names }, this.at(path), this.#own.tell, typeJobExpression)
  }
  rekey(key: KeyType | undefined): void {
    this.rekeyed = { key }
  }
  aggregate(text: string, path: PlanPath, key: KeyType | undefined): ValueType {
    const { aggregates } = this.#own.sources
    const around = { key: typeOfKey(key), parameters: this.#parameters }
    const scope = { record: { ...this.scope, ...around }, around }
    const checked = checkAggregate(text, scope, aggregatesWith(aggregates))
    if (checked.ok) return checked.type
    for (const error of checked.errors) this.#own.tell({ about: 'type', path: this.at(path), ...error })
    return { kind: 'unknown' }
  }
  retracts(text: string): boolean {
    const known = aggregatesWith(this.#own.sources.aggregates)
    const split = splitAggregates(text, known)
    return split.ok && split.calls.every((call) => known.get(call.function)?.retracts === true)
  }
  stream(name: string, path: PlanPath): ValueType {
    return this.#streams.find(name, this.at(path)).type
  }
  side(name: string, type: ValueType): void {
    this.sides.set(name, type)
  }
  entity(name: string, path: PlanPath): Schema | undefined {
    return this.named(this.#own.sources.entities, 'entity', name, path)?.schema
  }
  operator(name: string, path: PlanPath) {
    return this.named(this.#own.sources.operators, 'operator', name, path)
  }
  flows(accepts: Flow | undefined, emits: Flow | 'same' | undefined): void {
    this.accepts = accepts
    this.emits = emits
  }
}

const unknown: ValueType = { kind: 'unknown' }
const emptyScope = { input: unknown, vars: {}, steps: {}, names: {} }
