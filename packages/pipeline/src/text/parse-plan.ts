import { parseDocument, LineCounter, type Document } from 'yaml'
import type { Plan } from '../plan/plan.ts'
import type { LocatedProblem, PlanProblem } from '../plan/problem.ts'
import { withSteps } from '../plan/stream-fields.ts'
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
  const { value: written, source, problems } = readText(text, file)
  const value = withSteps(written)
  if (problems.length === 0) checkShape(value, (problem) => problems.push(problem))
  if (problems.length > 0) return { ok: false, errors: source.locate(problems), value, source }
  return { ok: true, plan: value as Plan, source }
}

/** The longest text of a plan, in characters. */
const lengthLimit = 1_000_000

const tooDeep = 'The text is nested too deep'

/** Reads the text as YAML, of which JSON is a part; what is wrong with it stands among the problems. */
export function readText(text: string, file: string): { value: unknown; source: PlanText; problems: PlanProblem[] } {
  const problems: (PlanProblem & { readonly at?: number })[] = []
  const tell = (message: string, at = 0) => void problems.push({ about: 'text', path: [], message, at })
  if (text.length > lengthLimit) {
    tell(`The text is longer than ${lengthLimit} characters (limit "plan.length"): move pipelines into imports`)
  }
  const lines = new LineCounter()
  const document = readDocument(problems.length > 0 ? '' : text, lines, tell)
  const positions = new Positions(document, lines)
  const source: PlanText = {
    file,
    text,
    document,
    locate: (given) => inFileOrder(given.map((problem) => ({ ...problem, file, ...positions.of(problem) }))),
  }
  // The first line of a message says what is wrong; the others show where.
  for (const { code, message, pos } of firstErrors(document, lines)) {
    const [first = ''] = message.split('\n')
    const told = first.replace(/ at line \d+, column \d+:?$/, '')
    tell(first.includes('call stack') ? tooDeep : told + (unquoted.has(code) ? quotesHint : ''), pos[0])
  }
  // YAML reads `!it.done` as a mark of its own, and loses it.
  for (const { code, pos } of document.warnings) {
    if (code === 'TAG_RESOLVE_FAILED') tell(`A text does not begin with ! by itself${quotesHint}`, pos[0])
  }
  return { value: problems.length > 0 ? undefined : plainValue(document, tell), source, problems }
}

/** What a text that wants quotes looks like to YAML. */
const unquoted = new Set(['UNEXPECTED_TOKEN', 'BLOCK_AS_IMPLICIT_KEY', 'BLOCK_IN_FLOW', 'BAD_SCALAR_START'])
const quotesHint =
  ': a text that begins with ! or a quote, or holds ": ", or within { … } a comma or a bracket, stands in quotes as a whole'

/** Errors without those that only follow from the first one in their line: YAML finds its way again behind it. */
function firstErrors({ errors }: Document, lines: LineCounter): Document['errors'] {
  const seen = new Set<number>()
  return errors.filter(({ code, pos }, index) => {
    const { line } = lines.linePos(pos[0])
    const isFollowing = seen.has(line) || (index > 0 && code === 'UNEXPECTED_TOKEN')
    seen.add(line)
    return !isFollowing
  })
}

/** Nesting that is deeper than the stack is told, and does not end the process. */
function readDocument(text: string, lineCounter: LineCounter, tell: (message: string) => void): Document {
  try {
    return parseDocument(text, { lineCounter })
  } catch (thrown) {
    tell(thrown instanceof RangeError ? tooDeep : `The text cannot be read: ${String(thrown)}`)
    return parseDocument('', { lineCounter: new LineCounter() })
  }
}

function plainValue(document: Document, tell: (message: string) => void): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 })
  } catch (thrown) {
    tell(thrown instanceof RangeError ? tooDeep : (thrown as Error).message)
    return undefined
  }
}
