import { commonFields } from '../plan/common-fields.ts'
import type { Step } from '../plan/plan.ts'

const checked = ['if', 'policies', 'onError'] as const

/**
 * A step without those fields of all steps that have another type: they were told with its shape, and nothing else is
 * said of them. An id that is no text is empty.
 */
export function soundStep(step: Step): Step {
  const wrong = new Set<string>(checked.filter((name) => !commonFields.shape[name].safeParse(step[name]).success))
  if (wrong.size === 0 && typeof step.id === 'string') return step
  const sound = Object.fromEntries(Object.entries(step).filter(([name]) => !wrong.has(name)))
  return { ...sound, id: typeof step.id === 'string' ? step.id : '' }
}
