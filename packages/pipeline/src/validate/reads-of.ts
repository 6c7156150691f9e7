import { nearest, type ValueType } from '../expression/index.ts'
import { commonFields } from '../plan/common-fields.ts'
import type { PlanPath } from '../plan/path.ts'
import type { From } from '../plan/plan.ts'
import type { Checking } from './check-steps.ts'
import { recordOf, type StepScope } from './scope.ts'
import { unionOf } from '../expression/index.ts'

/** The type of what a step reads: the step before, or what `from` names. */
export function readsOf(from: From | undefined, scope: StepScope, path: PlanPath, { tell }: Checking): ValueType {
  if (from === undefined) return scope.it
  // What is no name of steps is told with the shape of the step.
  if (!commonFields.shape.from.safeParse(from).success) return { kind: 'unknown' }
  const typeOf = (name: string, place: PlanPath): ValueType => {
    if (name === 'input') return scope.input
    const found = scope.steps[name]
    if (found !== undefined && Object.hasOwn(scope.steps, name)) return found
    const known = [...Object.keys(scope.steps), 'input']
    const expected = known.join(', ')
    const suggestion = nearest(name, known)
    tell({ about: 'name', path: place, message: `There is no step "${name}" before this one`, expected, suggestion })
    return { kind: 'unknown' }
  }
  if (typeof from === 'string') return typeOf(from, path)
  if (isList(from)) return { kind: 'list', items: unionOf(from.map((name, index) => typeOf(name, [...path, index]))) }
  return recordOf(Object.fromEntries(Object.entries(from).map(([name, step]) => [name, typeOf(step, [...path, name])])))
}

const isList = (from: object): from is readonly string[] => Array.isArray(from)
