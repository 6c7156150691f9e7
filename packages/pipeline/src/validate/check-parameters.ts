import { castInput } from '@heddle/core'
import { nearest } from '../expression/index.ts'
import { schemaOfPlanType } from '../plan/plan-type.ts'
import type { Parameter, Plan } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { tellIssues } from './tell-issues.ts'

type Tell = (problem: PlanProblem) => void

/** Tells what is wrong with the declared parameters, their defaults, and the values of environments. */
export function checkParameters({ parameters = {}, environments = {} }: Plan, tell: Tell): void {
  for (const [name, { type, default: value }] of Object.entries(parameters)) {
    const schema = schemaOfPlanType(type, tell, ['parameters', name, 'type'])
    if (value === undefined) continue
    const read = schema.safeParse(castInput(schema, value, 'json'))
    if (!read.success) tellIssues(read.error.issues, value, ['parameters', name, 'default'], tell, [], 'type')
  }
  for (const [environment, values] of Object.entries(environments)) {
    checkValues(parameters, values, (problem) =>
      tell({ ...problem, path: ['environments', environment, ...problem.path] }),
    )
  }
}

/** Tells which of the values are none of the parameters, or do not fit them. */
function checkValues(parameters: Parameters, values: Readonly<Record<string, unknown>>, tell: Tell): void {
  for (const [name, value] of Object.entries(values)) {
    const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined
    if (parameter === undefined) {
      const suggestion = nearest(name, Object.keys(parameters))
      tell({ about: 'name', path: [name], message: `There is no parameter "${name}"`, suggestion, ofName: true })
      continue
    }
    const schema = schemaOfPlanType(parameter.type, () => undefined)
    const read = schema.safeParse(castInput(schema, value, 'json'))
    if (!read.success) tellIssues(read.error.issues, value, [name], tell, [], 'type')
  }
}

type Parameters = Readonly<Record<string, Parameter>>

/** Whether these values are what the parameters want; tells what is not, also which ones are missing. */
export function checkParametersOf(
  parameters: Parameters,
  values: Readonly<Record<string, unknown>>,
  tell: Tell,
): boolean {
  let isRight = true
  const noted: Tell = (problem) => {
    isRight = false
    tell(problem)
  }
  checkValues(parameters, values, noted)
  for (const [name, parameter] of Object.entries(parameters)) {
    if (values[name] !== undefined || parameter.default !== undefined) continue
    noted({ about: 'name', path: [], message: `The parameter "${name}" is missing, and it has no default` })
  }
  return isRight
}

/** The values of all parameters: those given, else those of the environment, else the defaults. */
export function parameterValues(
  { parameters = {}, environments = {} }: Plan,
  given: Readonly<Record<string, unknown>> = {},
  environment?: string,
): Readonly<Record<string, unknown>> {
  const values = { ...(environment === undefined ? {} : environments[environment]), ...given }
  return Object.fromEntries(
    Object.entries(parameters).map(([name, { type, default: otherwise }]) => {
      const schema = schemaOfPlanType(type, () => undefined)
      return [name, schema.parse(castInput(schema, values[name] ?? otherwise, 'json'))]
    }),
  )
}

/** Tells what is wrong with the parameters that are given to a plan: beside it, or by the name of an environment. */
export function checkGivenParameters(
  { parameters = {}, environments = {} }: Plan,
  given: { readonly parameters?: Readonly<Record<string, unknown>>; readonly environment?: string },
  tell: Tell,
): void {
  const { environment, parameters: values = {} } = given
  if (environment !== undefined && !Object.hasOwn(environments, environment)) {
    const suggestion = nearest(environment, Object.keys(environments))
    const message = `There is no environment "${environment}"`
    tell({ about: 'name', path: ['environments'], message, suggestion })
    return
  }
  const all = { ...(environment === undefined ? {} : environments[environment]), ...values }
  checkParametersOf(parameters, all, (problem) => tell({ ...problem, path: ['parameters', ...problem.path] }))
}
