import type { Optimization, OptimizedPlan } from './optimized-plan.ts'

/**
 * What the optimizer did, a line each.
 *
 * @example explainPlan(delays.optimized) // ['left out rate: nobody reads what it gives']
 */
export function explainPlan({ done }: OptimizedPlan): readonly string[] {
  return done.length === 0 ? ['runs as it is written'] : done.map((step) => `${lead(step)}: ${step.because}`)
}

function lead({ rule, steps }: Optimization): string {
  const [first, second] = steps
  if (rule === 'fused') return `made one step of ${first} and ${second}`
  if (rule === 'leftOut') return `left out ${first}`
  return `run ${steps.slice(0, -1).join(', ')} and ${steps.at(-1)} at once`
}
