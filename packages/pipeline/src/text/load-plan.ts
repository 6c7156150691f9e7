import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Plan } from '../plan/plan.ts'
import type { LocatedProblem, PlanProblem } from '../plan/problem.ts'
import { type PlanText, parsePlan } from './parse-plan.ts'

/** A plan from a file, with those that it imports. */
export interface LoadedPlan {
  readonly plan: Plan
  /** Its absolute path. */
  readonly file: string
  readonly source: PlanText
  readonly imported: readonly LoadedPlan[]
}

/** A plan, or every mistake of its text and of those that it imports. */
export type PlanLoad =
  | { readonly ok: true; readonly loaded: LoadedPlan }
  | { readonly ok: false; readonly errors: readonly LocatedProblem[] }

/** Reads a plan and, file by file, what it imports. An import that leads back to a file is a mistake of the plan. */
export function loadPlan(file: string | URL): PlanLoad {
  return load(typeof file === 'string' ? resolve(file) : fileURLToPath(file), [])
}

function load(file: string, way: readonly string[]): PlanLoad {
  const at = { file, line: 1, column: 1, about: 'text', path: [] } as const
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    const message = `The file cannot be read: ${code === 'ENOENT' ? 'there is none' : (code ?? String(thrown))}`
    return { ok: false, errors: [{ ...at, message }] }
  }
  const parsed = parsePlan(text, file)
  if (!parsed.ok) return { ok: false, errors: parsed.errors }
  const { plan, source } = parsed
  const errors: LocatedProblem[] = []
  const imported: LoadedPlan[] = []
  for (const [index, name] of (plan.imports ?? []).entries()) {
    const other = resolve(dirname(file), name)
    const tell = (message: string) => {
      const problem: PlanProblem = { about: 'name', path: ['imports', index], message }
      errors.push(...source.locate([problem]))
    }
    const circle = [...way, file].indexOf(other)
    if (circle >= 0) {
      tell(`The imports go in a circle: ${[...way, file, other].slice(circle).join(' → ')}`)
      continue
    }
    const result = load(other, [...way, file])
    if (result.ok) imported.push(result.loaded)
    else {
      const [first] = result.errors
      if (first?.message.startsWith('The file cannot be read')) tell(`${name}: ${first.message}`)
      else errors.push(...result.errors)
    }
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, loaded: { plan, file, source, imported } }
}
