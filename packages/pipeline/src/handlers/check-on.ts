import { mismatches, nearest, typeOfSchema, unionOf, type ValueType } from '../expression/index.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import type { PlanSources } from '../validate/sources.ts'
import { typeExpression } from '../validate/type-expression.ts'
import { eventsOf, onType } from './on-config.ts'

/** Tells what is wrong with the events that a plan answers: their names, their types, and how they are gathered. */
export function checkOn(
  plan: Plan,
  input: ValueType,
  sources: PlanSources,
  tell: (problem: PlanProblem) => void,
): void {
  if (plan.on === undefined) return
  const read = onType.safeParse(plan.on)
  if (!read.success) {
    const message = 'This names no events'
    tell({
      about: 'shape',
      path: ['on'],
      message,
      expected: 'order.Placed, a list, or { event, by, debounce, batch, dedupe }',
    })
    return
  }
  const on = read.data
  if (on.debounce !== undefined && on.batch !== undefined) {
    tell({ about: 'shape', path: ['on', 'batch'], message: 'Events are debounced or taken in batches, not both' })
  }
  const types: ValueType[] = []
  for (const name of eventsOf(on)) {
    const event = sources.events?.get(name)
    if (event) types.push(typeOfSchema(event.data))
    else if (sources.events) {
      const suggestion = nearest(name, sources.events.keys())
      tell({ about: 'name', path: ['on'], message: `There is no event "${name}"`, suggestion })
    }
  }
  if (types.length === 0) return
  const it = unionOf(types)
  if (on.by !== undefined) typeExpression(on.by, { it }, ['on', 'by'], tell)
  if (on.dedupe) typeExpression(on.dedupe.by, { it }, ['on', 'dedupe', 'by'], tell)
  const given: ValueType = on.batch ? { kind: 'list', items: it } : it
  for (const { path, message, expected, found } of mismatches(given, input)) {
    const at = path.length > 0 ? ` at ${path.join('/')}` : ''
    tell({ about: 'type', path: ['on'], message: `What the events tell${at}: ${message}`, expected, found })
  }
}
