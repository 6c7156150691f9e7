import { parseExpression, pathsOf } from '../expression/index.ts'
import { shapeExpressions } from '../kinds/shape.ts'
import { failureHandling } from '../plan/on-error.ts'
import type { Plan, Step } from '../plan/plan.ts'
import { readStep } from '../validate/read-config.ts'
import { walkSteps } from '../validate/walk-steps.ts'

type Path = readonly string[]

/** What the expressions of a step read, those of steps inside of it left out. */
export function pathsRead(step: Step): readonly Path[] {
  const read = readStep(step)
  const own = read?.kind.expressions?.(read.config) ?? []
  const { use, origin } = failureHandling(step)
  const used = use === undefined ? [] : shapeExpressions(use, [])
  const texts = [...own, ...used].map(({ text }) => text)
  if (origin !== undefined) texts.push(origin)
  return [...texts, ...(step.if === undefined ? [] : [step.if])].flatMap(pathsOfText)
}

function pathsOfText(text: string): readonly Path[] {
  const parsed = parseExpression(text)
  return parsed.ok ? pathsOf(parsed.expression) : []
}

const makers: ReadonlySet<string> = new Set(['map', 'call', 'pipeline'])

/** Whether a step needs the value that the step before it gave. */
export function needsValue(step: Step): boolean {
  if (step.from !== undefined) return false
  const read = readStep(step)
  // Where a condition is not true the value passes through; other kinds hand it on or inside.
  if (!read || step.if !== undefined || !makers.has(read.kind.name)) return true
  const takesAll = read.kind.name !== 'map' && (read.config as { with?: unknown }).with === undefined
  return takesAll || pathsRead(step).some(([root]) => root === 'it')
}

/** The names of `vars` that any step reads; nothing where any name may be read. */
export function readVariables(plan: Plan): ReadonlySet<string> | undefined {
  const names = new Set<string>()
  for (const { step } of walkSteps(plan)) {
    for (const [root, name] of pathsRead(step)) {
      if (root !== 'vars') continue
      if (name === undefined || name === '#') return undefined
      names.add(name)
    }
  }
  return names
}
