import type { Plan } from '../plan/plan.ts'
import { walkSteps } from '../validate/walk-steps.ts'

/** The steps whose values a later one asks for, by `from` or by `steps.id` in an expression. */
export function askedSteps(plan: Plan): ReadonlySet<string> {
  const asked = new Set<string>()
  for (const { step, kind, config } of walkSteps(plan)) {
    const { from = [] } = step
    for (const name of typeof from === 'string' ? [from] : Object.values(from)) asked.add(name)
    const handled = typeof step.onError === 'object' ? JSON.stringify(step.onError) : ''
    const texts = (kind.expressions?.(config) ?? []).map(({ text }) => text)
    // Too many do no harm: every word behind `steps` counts.
    for (const text of [...texts, step.if ?? '', handled]) {
      for (const [, name] of text.matchAll(/\bsteps\s*(?:\.\s*|\[\s*["'])(\w+)/g)) asked.add(name!)
    }
  }
  return asked
}
