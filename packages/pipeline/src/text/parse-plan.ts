import { parseDocument, LineCounter, type Document } from 'yaml'
import type { Plan } from '../plan/plan.ts'
import type { LocatedProblem, PlanProblem } from '../plan/problem.ts'
import { checkShape } from '../validate/check-shape.ts'
import { inFileOrder, Positions } from './positions.ts'

/** A plan with the text that it came from. */
export interface ParsedPlan {
  readonly plan: Plan
  readonly source: PlanText
}

/** The text of a plan: every part of the plan knows its place in it. */
export interface PlanText {
  readonly file: string
  readonly text: string
  /** The same plan as a YAML document, with its comments and order. */
  readonly document: Document
  /** Puts a place to each problem, and the problems into the order of the text. */
  locate(problems: readonly PlanProblem[]): readonly LocatedProblem[]
}

/** A plan as written, or every mistake in it. `value` is what could be read in spite of them. */
export type PlanParse =
  | ({ readonly ok: true } & ParsedPlan)
  | {
      readonly ok: false
      readonly errors: readonly LocatedProblem[]
      readonly value: unknown
      readonly source: PlanText
    }

/**
 * Reads a plan from YAML or JSON. Only its shape is looked at; names and types are for `validatePlan`.
 *
 * @param file stands in the messages
 * @example
 * const parsed = parsePlan(text, 'delays.yaml')
 * if (!parsed.ok) for (const error of parsed.errors) console.error(formatProblem(error))
 */
export function parsePlan(text: string, file = 'plan.yaml'): PlanParse {
  const { value, source, problems } = readText(text, file)
  if (problems.length === 0) checkShape(value, (problem) => problems.push(problem))
  if (problems.length > 0) return { ok: false, errors: source.locate(problems), value, source }
  return { ok: true, plan: value as Plan, source }
}

/** Reads the text as YAML, of which JSON is a part; what is wrong with it stands among the problems. */
export function readText(text: string, file: string): { value: unknown; source: PlanText; problems: PlanProblem[] } {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines })
  const positions = new Positions(document, lines)
  const source: PlanText = {
    file,
    text,
    document,
    locate: (problems) => inFileOrder(problems.map((problem) => ({ ...problem, file, ...positions.of(problem) }))),
  }
  const problems = document.errors.map(({ message, pos: [offset] }): PlanProblem & { readonly at: number } => ({
    about: 'text',
    path: [],
    // The first line says what is wrong; the others show where.
    message: message.split('\n')[0]!.replace(/ at line \d+, column \d+:?$/, ''),
    at: offset,
  }))
  const value: unknown = problems.length > 0 ? undefined : plainValue(document, problems)
  return { value, source, problems }
}

function plainValue(document: Document, problems: PlanProblem[]): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (thrown) {
    problems.push({ about: 'text', path: [], message: thrown instanceof Error ? thrown.message : String(thrown) })
    return undefined
  }
}
