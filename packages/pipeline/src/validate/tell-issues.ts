import { toJson } from '@heddle/core'
import type { z } from 'zod'
import { nearest } from '../expression/index.ts'
import type { PlanPath } from '../plan/path.ts'
import type { PlanProblem, ProblemSubject } from '../plan/problem.ts'

/** What Zod says of a part of a plan, as problems with the place in the plan. */
export function tellIssues(
  issues: readonly z.core.$ZodIssue[],
  given: unknown,
  path: PlanPath,
  tell: (problem: PlanProblem) => void,
  known: readonly string[] = [],
  about: ProblemSubject = 'shape',
): void {
  for (const issue of issues) {
    const own = issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part))
    const place = [...path, ...own]
    if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) {
        const suggestion = nearest(key, known)
        const hasList = suggestion === undefined && own.length === 0 && known.length > 0
        const problem = { about, path: [...place, key], message: `There is no field "${key}" here`, suggestion }
        tell({ ...problem, ofName: true, ...(hasList && { expected: `one of ${known.join(', ')}` }) })
      }
    } else {
      const value = valueAt(given, own)
      const found = value === undefined ? 'nothing' : shown(value)
      tell({
        about,
        path: place,
        message: messageOf(issue, place, value === undefined),
        expected: expectedOf(issue),
        found,
      })
    }
  }
}

function messageOf(issue: z.core.$ZodIssue, path: PlanPath, isMissing: boolean): string {
  const field = path.length > 0 ? `"${path.at(-1)}"` : 'This'
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined && issue.message.includes('undefined')
        ? `${field} is missing`
        : `${field} has another type`
    case 'too_small':
      if (issue.origin === 'array') return `${field} is empty`
      return `${field}: ${issue.message}`
    case 'invalid_value':
    case 'invalid_union':
      if (isMissing) return `${field} is missing`
      return `${field} has a value that is not allowed`
    default:
      return `${field}: ${issue.message}`
  }
}

function expectedOf(issue: z.core.$ZodIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'array' ? 'a list' : issue.expected
    case 'invalid_value':
      return issue.values.map((value) => JSON.stringify(value)).join(' | ')
    case 'too_small':
      return `at least ${String(issue.minimum)}`
    case 'too_big':
      return `at most ${String(issue.maximum)}`
    case 'invalid_union':
      return [...new Set(issue.errors.flatMap((option) => option.flatMap((one) => expectedOf(one) ?? [])))].join(' | ')
    default:
      return undefined
  }
}

function valueAt(value: unknown, path: PlanPath): unknown {
  return path.reduce<unknown>(
    (part, name) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[name] : undefined),
    value,
  )
}

/** A value in few words. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  const text = JSON.stringify(toJson(value))
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
