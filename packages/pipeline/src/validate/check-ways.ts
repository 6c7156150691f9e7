import type { PlanPath } from '../plan/path.ts'
import { kindFields, sinkFields, sourceFields } from '../plan/stream-fields.ts'
import type { PlanProblem } from '../plan/problem.ts'

type Tell = (problem: PlanProblem) => void

/** Tells where a source or sink has no kind or several, and where a plan says the same in two ways. */
export function checkWays(plan: object, tell: Tell): void {
  const fields = plan as Readonly<Record<string, unknown>>
  for (const [word, common] of [
    ['source', sourceFields],
    ['sink', sinkFields],
  ] as const) {
    const several = `${word}s`
    if (fields[word] !== undefined && fields[several] !== undefined) {
      const message = `A plan has one ${word}, or ${several} with names, and not both`
      tell({ about: 'shape', path: [several], message, ofName: true })
    }
    // A name that is a field of a source itself: what stands here is one source, without a name.
    const own = isRecord(fields[several]) ? Object.keys(fields[several]).filter((name) => common.includes(name)) : []
    if (own.length > 0) {
      const message = `"${several}" holds ${several} by their names, and "${own[0]}" is a field of a ${word}`
      tell({ about: 'shape', path: [several, own[0]!], message, expected: `${word}: … for a single one`, ofName: true })
      continue
    }
    if (isRecord(fields[word])) checkKind(fields[word], word, [word], common, tell)
    for (const [name, way] of isRecord(fields[several]) ? Object.entries(fields[several]) : []) {
      if (isRecord(way)) checkKind(way, word, [several, name], common, tell)
    }
  }
  const isJob = fields.source !== undefined || fields.sources !== undefined
  if (!isJob) {
    for (const name of ['sink', 'sinks', 'checkpoint', 'errors', 'place']) {
      if (fields[name] === undefined) continue
      const message = `Only a job has "${name}", and a plan without a source is none`
      tell({ about: 'mode', path: [name], message, expected: 'a source', ofName: true })
    }
    return
  }
  for (const name of ['input', 'output', 'on']) {
    if (fields[name] === undefined) continue
    const message = `A job has no "${name}": it reads sources and writes sinks`
    tell({ about: 'mode', path: [name], message, ofName: true })
  }
}

function checkKind(way: object, word: string, path: PlanPath, common: readonly string[], tell: Tell): void {
  const [first, ...others] = kindFields(way, common)
  if (first === undefined) {
    const example = word === 'source' ? 'file: { path: … }' : 'table: { name: … }'
    const single = path.length === 1 ? '' : `, or a single ${word} under "${word}"`
    return tell({ about: 'shape', path, message: `The ${word} names no kind`, expected: `e.g. ${example}${single}` })
  }
  const ways = way as Readonly<Record<string, unknown>>
  const isNamed = path.length === 1 && [first, ...others].every((name) => holdsWay(ways[name], common))
  if (isNamed && others.length > 0) {
    const message = `"${word}" is a single one, and here are several with names`
    return tell({ about: 'shape', path, message, expected: `${word}s: …`, ofName: true })
  }
  for (const field of others) {
    const message = `A ${word} is of one kind, and this one is a ${first} already`
    tell({ about: 'shape', path: [...path, field], message, found: field, ofName: true })
  }
}

/** Whether a value has a field that sources or sinks have beside their kind. */
const holdsWay = (value: unknown, common: readonly string[]): boolean =>
  isRecord(value) && Object.keys(value).some((name) => common.includes(name))

const isRecord = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
