import { Defect } from '@heddle/core'
import { formatProblem, type PlanProblem } from '../plan/problem.ts'

/** A defect that lists every problem of a plan with its place: a line each for people, and as data in `mistakes`. */
export function invalidPlan(name: string, mistakes: readonly PlanProblem[]): Defect {
  const problems = mistakes.map((problem) => `\n  ${formatProblem(problem)}`).join('')
  return new Defect('InvalidPlan', { name, problems, mistakes })
}
