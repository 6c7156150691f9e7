import type { ScopeTypes, ValueType } from '../expression/index.ts'

/** What the expressions at a place of a plan may read. Steps inside of a step get a copy, so that their names end with them. */
export interface StepScope {
  it: ValueType
  readonly input: ValueType
  readonly parameters: ValueType
  readonly vars: Record<string, ValueType>
  /** What each step before gives, those around included. */
  readonly steps: Record<string, ValueType>
  /** Names of the place, e.g. `index` and `error`. */
  readonly names: ScopeTypes
}

/** The scope of steps inside of a step. */
export const innerScope = (outer: StepScope, it: ValueType, names: ScopeTypes = {}): StepScope => ({
  ...outer,
  it,
  vars: { ...outer.vars },
  steps: { ...outer.steps },
  names: { ...outer.names, ...names },
})

/** The same as the checker of expressions takes it. */
export const scopeTypes = (
  { it, input, parameters, vars, steps, names }: StepScope,
  more: ScopeTypes = {},
): ScopeTypes => ({
  it,
  input,
  parameters,
  vars: recordOf(vars),
  steps: recordOf(steps),
  ...names,
  ...more,
})

/** A record with these fields. */
export const recordOf = (fields: Readonly<Record<string, ValueType>>): ValueType => ({
  kind: 'record',
  fields: Object.fromEntries(Object.entries(fields).map(([name, type]) => [name, { type }])),
})
