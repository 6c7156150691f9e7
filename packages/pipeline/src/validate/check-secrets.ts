import { annotationOf, type AnyCommand } from '@heddle/core'
import type { ScopeTypes } from '../expression/index.ts'
import { shapeExpressions } from '../kinds/shape.ts'
import type { PlanPath } from '../plan/path.ts'
import type { Plan, Step } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { recordOf } from './scope.ts'
import type { PlanSources } from './sources.ts'
import { walkSteps } from './walk-steps.ts'

/** Secrets are known where a command is given its input, and nowhere else: no other value can hold one. */
export function secretTypes(plan: Plan, step: Step, path: PlanPath): ScopeTypes {
  if (plan.secrets === undefined || path[0] !== 'with') return {}
  return { secrets: recordOf(Object.fromEntries(Object.keys(plan.secrets).map((name) => [name, { kind: 'string' }]))) }
}

const whole = /^\s*secrets\.(\w+)\s*$/

/**
 * Tells where a secret is no whole value, or goes into a field that is not marked `sensitive()`: there it would be
 * written into histories, journals and traces.
 */
export function checkSecrets(plan: Plan, { commands }: PlanSources, tell: (problem: PlanProblem) => void): void {
  if (plan.secrets === undefined) return
  for (const { kind, config, configPath } of walkSteps(plan)) {
    const { with: given, command: name } = config as { with?: unknown; command?: string }
    if (!kind.calls || given === undefined) continue
    for (const { path, text } of shapeExpressions(given as never, ['with'])) {
      if (!/\bsecrets\b/.test(text)) continue
      const place = [...configPath, ...path]
      if (!whole.test(text)) {
        const expected = 'the secret alone, e.g. secrets.apiKey'
        tell({
          about: 'shape',
          path: place,
          message: 'A secret is given as it is, and not computed with',
          expected,
          found: text,
        })
        continue
      }
      const command = commands?.get(name ?? '')
      if (!command || isSensitive(command, path.slice(1))) continue
      const message = `A secret goes into a field that is not marked sensitive(), so it would be kept in plain`
      tell({ about: 'type', path: place, message, expected: 'a field marked sensitive()' })
    }
  }
}

function isSensitive({ input }: AnyCommand, path: PlanPath): boolean {
  let type: unknown = input
  for (const name of path) {
    if (annotationOf(type as never)?.sensitive) return true
    type = (type as { shape?: Record<string, unknown> } | undefined)?.shape?.[name]
    if (type === undefined) return false
  }
  return annotationOf(type as never)?.sensitive === true
}
