import type { PlanPath } from './path.ts'

/**
 * What a mistake is about: how the text is written, the shape of the plan, a name, a type, or the mode. `app` is no mistake of
 * the plan: an app that runs cannot take it up, and one that starts can.
 */
export type ProblemSubject = 'text' | 'shape' | 'name' | 'type' | 'mode' | 'app'

/** A mistake in a plan. */
export interface PlanProblem {
  readonly about: ProblemSubject
  /** Where in the plan. */
  readonly path: PlanPath
  /** A sentence that names what is wrong, without the place. */
  readonly message: string
  readonly expected?: string
  readonly found?: string
  /** What was probably meant. */
  readonly suggestion?: string
  /** Whether the name at the end of the path is the mistake, and not what stands behind it. */
  readonly ofName?: true
  /** Where in the text that stands at the path, in characters. */
  readonly offset?: number
  readonly length?: number
}

/** A mistake with its place in a file. */
export interface LocatedProblem extends PlanProblem {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** From 1, in characters. */
  readonly column: number
}

/** One line for a mistake, as compilers write it: `delays.yaml:7:11 …`. */
export function formatProblem(problem: PlanProblem | LocatedProblem): string {
  const { message, expected, found, suggestion } = problem
  const place = 'line' in problem ? `${problem.file}:${problem.line}:${problem.column}` : placeOf(problem.path)
  // Sentences about types name them already.
  const told = (text: string | undefined) => text === undefined || message.includes(text)
  const types = [told(expected) ? '' : `expected ${expected}`, told(found) ? '' : `found ${found}`]
    .filter(Boolean)
    .join(', ')
  // A wrong name may begin with the right one, and does not tell it.
  const meant = suggestion === undefined || holdsName(message, suggestion) ? '' : `; did you mean ${suggestion}?`
  return `${place} ${message}${types && ` (${types})`}${meant}`
}

/** Whether a name stands in a sentence as a whole. */
function holdsName(sentence: string, name: string): boolean {
  const isPart = (letter: string | undefined) => letter !== undefined && /[\w.-]/.test(letter)
  for (let at = sentence.indexOf(name); at >= 0; at = sentence.indexOf(name, at + 1)) {
    if (!isPart(sentence[at - 1]) && !isPart(sentence[at + name.length])) return true
  }
  return false
}

const placeOf = (path: PlanPath) => path.join('/') || 'the plan'
