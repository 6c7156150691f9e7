import { isUrl, secretName } from '../plan/masked-plan.ts'
import type { PlanPath } from '../plan/path.ts'
import type { Plan } from '../plan/plan.ts'
import type { PlanProblem } from '../plan/problem.ts'
import { kindFields, sinkFields, sinksIn, sourceFields, sourcesIn } from '../plan/stream-fields.ts'

/** Notes the secrets that stand in settings of sources and sinks as they are, though a plan is kept and shared as text. */
export function secretNotes(plan: Plan): PlanProblem[] {
  return [
    ...sourcesIn(plan).map((source) => ({ ...source, common: sourceFields })),
    ...sinksIn(plan).map((sink) => ({ ...sink, common: sinkFields })),
  ].flatMap(({ way, path, common }) => {
    if (typeof way !== 'object' || way === null) return []
    return kindFields(way, common).flatMap((kind) => notesIn(way[kind], [...path, kind]))
  })
}

function notesIn(value: unknown, path: PlanPath): PlanProblem[] {
  if (typeof value === 'string') return isUrl(value) ? urlNotes(value, path) : []
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((part: unknown, index) => notesIn(part, [...path, index]))
  return Object.entries(value).flatMap(([name, part]): PlanProblem[] => {
    const place = [...path, name]
    if (path.at(-1) !== 'headers' || typeof part !== 'string') return notesIn(part, place)
    const message = `The header ${name} stands in the plan as it is: ${instead}`
    return secretName.test(name) ? [{ about: 'shape', path: place, message }] : []
  })
}

const instead = 'a secret is taken as { env: NAME }, or as { secret: name } of the secrets of the plan'

function urlNotes(text: string, path: PlanPath): PlanProblem[] {
  const note = (message: string): PlanProblem => ({ about: 'shape', path, message })
  const hasUser = /^[^?#]*\/\/[^/?#]*@/.test(text)
  const parameter = [...new URLSearchParams(/\?([^#]*)/.exec(text)?.[1]).keys()].find((name) => secretName.test(name))
  return [
    ...(hasUser ? [note(`This address says who is let in: send that as a header; ${instead}`)] : []),
    ...(parameter === undefined
      ? []
      : [note(`The parameter ${parameter} of this address looks like a secret: send it as a header; ${instead}`)]),
  ]
}
