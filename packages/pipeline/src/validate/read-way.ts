import { Defect } from '@heddle/core'
import type { z } from 'zod'
import { nearest } from '../expression/index.ts'
import { writtenPath, type PlanPath } from '../plan/path.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { kindFields } from '../plan/stream-fields.ts'
import { tellIssues } from './tell-issues.ts'
import { withSecrets } from './with-secrets.ts'

type Tell = (problem: PlanProblem) => void

interface WayKind {
  readonly name: string
  readonly config: z.ZodType
  readonly short?: string
}

/** A source or sink whose kind and settings were read. */
export interface ReadWay<Kind> {
  readonly kind: string
  /** With their defaults; as they are written where the kind is not known here. */
  readonly config: unknown
  readonly found?: Kind
}

/** Reads the kind and the settings of a source or sink; tells what is wrong with them. */
export function readWay<Kind extends WayKind>(
  way: object,
  common: readonly string[],
  kinds: ReadonlyMap<string, Kind> | undefined,
  word: 'source' | 'sink',
  path: PlanPath,
  secrets: Plan['secrets'],
  tell: Tell,
): ReadWay<Kind> | undefined {
  const [name, ...others] = kindFields(way, common)
  if (name === undefined || others.length > 0) return undefined
  const given = withSecrets((way as Readonly<Record<string, unknown>>)[name], secrets)
  const kind = kinds?.get(name)
  if (!kind) {
    if (kinds) {
      const misplaced = misplacedWay(name, given, kinds, word, path)
      if (misplaced) {
        tell({ about: 'shape', path: [...path, name], ...misplaced, ofName: true })
        return undefined
      }
      const suggestion = nearest(name, [...kinds.keys(), ...common])
      const hasList = suggestion === undefined && { expected: [...kinds.keys()].join(', ') }
      const message = `There is no kind of ${word} "${name}"`
      tell({ about: 'name', path: [...path, name], message, suggestion, ...hasList, ofName: true })
    }
    return kinds ? undefined : { kind: name, config: given }
  }
  const isBare = kind.short !== undefined && (typeof given !== 'object' || given === null || Array.isArray(given))
  const widened = isBare ? { [kind.short!]: given } : given
  const read = kind.config.safeParse(widened)
  if (read.success) return { kind: name, config: read.data, found: kind }
  const issues = read.error.issues.map((issue) => ({
    ...issue,
    path: [
      ...writtenPath(
        given,
        issue.path.map((part) => (typeof part === 'symbol' ? String(part) : part)),
      ),
    ],
  }))
  const fields = 'shape' in kind.config ? Object.keys(kind.config.shape as object) : []
  tellIssues(issues, given, [...path, name], tell, fields)
  return undefined
}

/** One that stands where several have names, or one with a name where a single one stands. */
function misplacedWay(
  name: string,
  given: unknown,
  kinds: ReadonlyMap<string, unknown>,
  word: 'source' | 'sink',
  path: PlanPath,
): { readonly message: string; readonly expected: string } | undefined {
  const holder = path.at(-1)
  if (path.length > 1 && kinds.has(String(holder))) {
    const message = `"${String(holder)}" is a kind of ${word}, and stands here as the name of one`
    return { message, expected: `${word}: { ${String(holder)}: … } for a single one` }
  }
  const isNamed = typeof given === 'object' && given !== null && Object.keys(given).some((field) => kinds.has(field))
  if (path.length > 1 || !isNamed) return undefined
  const message = `"${name}" is no kind of ${word}, but has one: it is the name of a ${word}`
  return { message, expected: `${word}s: { ${name}: … }` }
}

/** What a kind says of itself with these settings; told where it refuses them. */
export function created<Way>(make: () => Way, path: PlanPath, tell: Tell): Way | undefined {
  try {
    return make()
  } catch (thrown) {
    if (!(thrown instanceof Defect)) throw thrown
    tell({ about: 'shape', path, message: thrown.message })
    return undefined
  }
}
