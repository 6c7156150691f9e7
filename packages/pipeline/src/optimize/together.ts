import { failureHandling } from '../plan/on-error.ts'
import type { Step } from '../plan/plan.ts'
import { stepPolicies } from '../plan/step-fields.ts'
import { calledBy } from './harmless.ts'
import type { Looking } from './optimize-plan.ts'
import { needsValue, pathsRead } from './reads.ts'

/** Policies that count calls or look at their order, or that call something else. */
const counting: ReadonlySet<string> = new Set(['circuitBreaker', 'bulkhead', 'rateLimit', 'fallback'])

/** Groups of steps of a list, side by side, of which none waits for another: all of them only ask. */
export function together(list: readonly Step[], { sources }: Looking): readonly (readonly string[])[] {
  const groups: string[][] = []
  let group: string[] = []
  // Behind a step that may end the value nothing may have begun.
  let mayDrop = false
  for (const step of list) {
    const asks = calledBy(step, sources)?.kind === 'query' && isFree(step)
    const isOpen = group.length > 0 && !mayDrop
    mayDrop = step.onError === 'drop'
    if (asks && isOpen && !needsValue(step) && !readsAny(step, group)) {
      group.push(step.id)
      continue
    }
    groups.push(group)
    group = asks ? [step.id] : []
  }
  return [...groups, group].filter(({ length }) => length > 1)
}

/** A dead letter is an effect, and named policies may be any. */
const isFree = (step: Step) =>
  failureHandling(step).does !== 'deadLetter' &&
  step.policies === undefined &&
  stepPolicies.every((name) => step[name] === undefined || !counting.has(name))

function readsAny(step: Step, ids: readonly string[]): boolean {
  const { from = [] } = step
  const named: readonly string[] = typeof from === 'string' ? [from] : Object.values(from)
  if (named.some((name) => ids.includes(name))) return true
  return pathsRead(step).some(([root, id]) => root === 'steps' && (id === undefined || id === '#' || ids.includes(id)))
}
