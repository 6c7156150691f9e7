import { Defect } from '@heddle/core'
import { formatProblem, type PlanProblem } from '../plan/problem.ts'

/** A defect that lists every problem of a plan with its place, a line each. */
export const invalidPlan = (name: string, problems: readonly PlanProblem[]): Defect =>
  new Defect('InvalidPlan', { name, problems: problems.map((problem) => `\n  ${formatProblem(problem)}`).join('') })
