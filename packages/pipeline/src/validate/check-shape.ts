import { isBeside } from '../kinds/kind-of.ts'
import { stepKinds } from '../kinds/kinds.ts'
import { commonFields } from '../plan/common-fields.ts'
import { type PlanPath, writtenPath } from '../plan/path.ts'
import { planFields } from '../plan/plan-fields.ts'
import type { Step } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { stepFields } from '../plan/step-fields.ts'
import { isJob } from '../plan/stream-fields.ts'
import { nearest } from '../expression/index.ts'
import { z } from 'zod'
import { checkWays } from './check-ways.ts'
import { readConfig } from './read-config.ts'
import { nestedLists } from './nested-lists.ts'
import { shown, tellIssues } from './tell-issues.ts'

type Tell = (problem: PlanProblem) => void

const whole = planFields.extend({ steps: z.array(z.unknown()).min(1) })
/** A job may take records as they are from its source into its sink. */
const wholeJob = planFields.extend({ steps: z.array(z.unknown()).optional() })

const planSketch = 'fields: heddle: 1, pipeline: …, steps: …'

/** Tells everything that is wrong with the shape of a plan: its fields, the fields of its steps and their settings. */
export function checkShape(plan: unknown, tell: Tell): void {
  if (plan === undefined || plan === null || typeof plan !== 'object' || Array.isArray(plan)) {
    const isEmpty = plan === undefined || plan === null
    const found = isEmpty ? 'nothing' : shown(plan)
    return tell({ about: 'shape', path: [], message: 'This is no plan', expected: planSketch, found })
  }
  const read = (isJob(plan) ? wholeJob : whole).safeParse(plan)
  if (!read.success) tellIssues(read.error.issues, plan, [], tell, Object.keys(whole.shape))
  checkWays(plan, tell)
  const steps = 'steps' in plan ? plan.steps : undefined
  if (Array.isArray(steps)) checkSteps(steps, ['steps'], new Map(), tell)
}

function checkSteps(steps: readonly unknown[], path: PlanPath, ids: Map<string, PlanPath>, tell: Tell): void {
  for (const [index, step] of steps.entries()) checkStep(step, [...path, index], ids, tell)
}

function checkStep(step: unknown, path: PlanPath, ids: Map<string, PlanPath>, tell: Tell): void {
  if (typeof step !== 'object' || step === null || Array.isArray(step)) {
    tell({ about: 'shape', path, message: 'This is no step', expected: '{ id: …, call: … }', found: shown(step) })
    return
  }
  const common = commonFields.safeParse(step)
  if (!common.success) tellIssues(common.error.issues, step, path, tell)
  const { id } = step as Partial<Step>
  if (typeof id === 'string') {
    const other = ids.get(id)
    if (other) {
      const message = `There is another step "${id}" at ${other.join('/')}: an id stands once in a plan`
      tell({ about: 'name', path: [...path, 'id'], message })
    }
    ids.set(id, path)
  }
  checkKind(step as Step, path, ids, tell)
}

function checkKind(step: Step, path: PlanPath, ids: Map<string, PlanPath>, tell: Tell): void {
  const fields = Object.keys(step).filter((field) => !stepFields.has(field))
  // A field beside a kind belongs to it, also where it is a kind of its own.
  const owner = stepKinds.get(fields.find((field) => stepKinds.get(field)?.beside !== undefined) ?? '')
  const known = fields.filter((field) => stepKinds.has(field) && !isBeside(owner, field))
  for (const field of fields.filter((name) => !stepKinds.has(name) && !isBeside(owner, name))) {
    const hint = placeHint(field, known[0]) ?? callHint(step, field, fields) ?? cutHint(field)
    const suggestion = hint === '' ? nearest(field, [...stepKinds.keys(), ...stepFields]) : undefined
    tell({
      about: 'name',
      path: [...path, field],
      message: `There is no kind of step or field "${field}"${hint}`,
      ...(suggestion !== undefined && { suggestion }),
      ofName: true,
    })
  }
  if (fields.length === 0) {
    const expected = [...stepKinds.keys()].join(', ')
    const name = typeof step.id === 'string' && step.id !== '' ? ` "${step.id}"` : ''
    tell({ about: 'shape', path, message: `The step${name} says nothing to do`, expected })
  }
  for (const field of known.slice(1)) {
    const message = `A step is of one kind, and this one is a ${known[0]} already`
    tell({ about: 'shape', path: [...path, field], message, found: field, ofName: true })
  }
  for (const field of known.slice(0, 1)) {
    const kind = stepKinds.get(field)!
    const read = readConfig(kind, step[field])
    if (!read.success) {
      const issues = read.error.issues.map((issue) => ({ ...issue, path: [...writtenPath(step[field], wayOf(issue))] }))
      tellIssues(issues, step[field], [...path, field], tell, fieldsOf(kind.config))
    }
    for (const [name, type] of Object.entries(kind.beside ?? {})) {
      const beside = type.safeParse(step[name])
      if (!beside.success) tellIssues(beside.error.issues, step[name], [...path, name], tell)
    }
    for (const nested of nestedLists(kind, step[field]))
      checkSteps(nested.steps, [...path, field, ...nested.path], ids, tell)
  }
}

const wayOf = ({ path }: z.core.$ZodIssue): PlanPath =>
  path.map((part) => (typeof part === 'symbol' ? String(part) : part))

const fieldsOf = (config: z.ZodType) => (config instanceof z.ZodObject ? Object.keys(config.shape) : [])

/** A setting that stands beside its kind, and belongs into it. */
function placeHint(field: string, kind: string | undefined): string | undefined {
  const has = (name: string) => fieldsOf(stepKinds.get(name)!.config).includes(field)
  if (kind !== undefined) return has(kind) ? `: it is a setting of ${kind}, and stands within it` : undefined
  const owners = [...stepKinds.keys()].filter(has)
  return owners.length === 1 ? `: it is a setting of ${owners[0]}, and stands within it` : undefined
}

/** A step that was written as its name and the command. */
function callHint(step: Step, field: string, fields: readonly string[]): string | undefined {
  const value = step[field]
  const isName = typeof value === 'string' && /^\w+\.[A-Z]\w*$/.test(value)
  const id = typeof step.id === 'string' ? step.id : field
  return isName && fields.length === 1 ? `: a call is { id: ${id}, call: ${value} }` : undefined
}

/** YAML ends a text within braces at its first comma. */
const cutHint = (field: string): string =>
  /^\w+$/.test(field) ? '' : ': within { … } an expression with a comma stands in quotes'
