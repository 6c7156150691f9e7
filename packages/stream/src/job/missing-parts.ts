import { canonicalJson, type Json, type OpenApp, type Part, toJson } from '@heddle/core'
import type { PlanPath, PlanProblem } from '@heddle/pipeline'
import type { Job } from './job.ts'

/** What is known of an entity, as far as it is compared here. */
interface EntityJson {
  readonly key: string
  readonly fields: Readonly<Record<string, Json>>
}

const isEntity = (json: unknown): json is EntityJson =>
  typeof json === 'object' && json !== null && 'key' in json && 'fields' in json

/**
 * What the app that is open lacks for a plan, at the sink or source that brings it: it is part of an app from its start. A
 * table with other columns has to be migrated first.
 */
export function missingParts(app: OpenApp, job: Job): PlanProblem[] {
  return (job.parts ?? []).flatMap((part): PlanProblem[] => {
    const found = app.parts.find(({ kind, name }) => kind.name === part.kind.name && name === part.name)
    if (found && same(found.describe(), part.describe())) return []
    const what = `${part.kind.name} ${part.name}`
    const message = found ? changeOf(what, found, part) : `The app has no ${what} yet: ${restart}`
    return [{ about: 'app', path: placeOf(job, part), message }]
  })
}

const restart = 'start the app anew. In production, run `heddle migrate plan` and `heddle migrate apply` before'

function changeOf(what: string, before: Part, after: Part): string {
  const [old, now] = [toJson(before.describe()), toJson(after.describe())]
  if (!isEntity(old) || !isEntity(now)) return `The ${what} would be another one: ${restart}`
  if (old.key !== now.key)
    return `The key of the ${what} would be ${now.key}; it is ${old.key}: give the table another name`
  const changed = Object.keys(now.fields).filter((name) => name in old.fields)
  const told = [
    ['new', Object.keys(now.fields).filter((name) => !(name in old.fields))],
    ['gone', Object.keys(old.fields).filter((name) => !(name in now.fields))],
    ['changed', changed.filter((name) => !same(old.fields[name], now.fields[name]))],
  ] as const
  const columns = told.filter(([, names]) => names.length > 0).map(([how, names]) => `${how}: ${names.join(', ')}`)
  return `The ${what} would have other columns (${columns.join('; ')}): ${restart}`
}

/** Where the plan has the source or sink that brings a part. */
function placeOf({ name, plan, assembled }: Job, part: Part): PlanPath {
  const place = { job: name, access: plan.access ?? 'heddle:operate' }
  const sink = assembled.sinks.find((each) => {
    const brought = each.sink.brings?.({ ...place, name: each.name, schema: each.schema })
    return brought?.parts?.includes(part)
  })
  if (sink) return plan.sinks ? ['sinks', sink.name] : ['sink']
  const source = assembled.sources.find((each) => {
    const brought = each.source.brings?.({ ...place, name: each.name, schema: each.schema })
    return brought?.parts?.includes(part)
  })
  return !source ? [] : plan.sources ? ['sources', source.name] : ['source']
}

const same = (left: unknown, right: unknown): boolean => canonicalJson(toJson(left)) === canonicalJson(toJson(right))
