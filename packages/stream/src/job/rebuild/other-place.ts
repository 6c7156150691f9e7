import { canonicalJson, type Json } from '@heddle/core'
import { changed } from '../../state/changed.ts'
import type { NewPlace, Place } from './places.ts'
import { samePath } from './same-path.ts'

/**
 * What tells a place from the one before it; undefined where they are the same. Where both have a digest, it is compared instead of
 * the fields for which it stands, which tell a part of them, and maybe who is let in.
 *
 * @param root where relative paths count from; without it a path from the root is none of the app's
 */
export function otherPlace(before: Place, after: NewPlace, root?: string): string | undefined {
  const { kind, how = [], digested = [], paths } = after
  const hasBoth = before.digest !== undefined && after.digest !== undefined
  const left = hasBoth ? [...how, ...digested] : how
  const now = without(after.what, left)
  const those = fieldsOf(now)
  const old = withPaths(without(before.what, left), paths, (path, name) => {
    const other = name === undefined ? now : those[name]
    return typeof other === 'string' && samePath(path, other, root) ? other : path
  })
  if (before.kind !== kind) return `${before.kind} ${canonicalJson(old)} → ${kind} ${canonicalJson(now)}`
  if (canonicalJson(old) !== canonicalJson(now)) return changed(old, now)
  return otherDigest(before, after)
}

/** As `otherPlace`, of what can be another place under the very same plan, since it comes from outside of it. */
export function otherOutside(before: Place, after: NewPlace, root?: string): string | undefined {
  const { name, kind, paths = [] } = after
  if (before.kind !== kind) return undefined
  const outside = (what: Json): Json =>
    isFields(what) ? Object.fromEntries(Object.entries(what).filter(([name]) => paths.includes(name))) : what
  const isPath = isFields(after.what) || paths.includes('place')
  const [old, now] = isPath ? [outside(before.what), outside(after.what)] : [null, null]
  return otherPlace({ kind, what: old }, { name, kind, what: now, paths }, root) ?? otherDigest(before, after)
}

/** What is masked stays masked: it is only said of which field it is. Where one of them has no digest, nothing is known. */
function otherDigest(before: Place, { what, digest, digested = [] }: NewPlace): string | undefined {
  if (before.digest === undefined || digest === undefined || before.digest === digest) return undefined
  const [old, now] = [fieldsOf(before.what), fieldsOf(what)]
  const told = digested.map((name) => {
    const [one, other] = [canonicalJson(old[name] ?? null), canonicalJson(now[name] ?? null)]
    return one === other ? `${name} ${other} stands for another place` : `${name} ${one} → ${other}`
  })
  return told.join(', ')
}

/** What tells a place, with its paths written otherwise. @param paths the fields that are; `place` where it is one itself */
export function withPaths(
  what: Json,
  paths: readonly string[] = [],
  written: (path: string, field?: string) => string,
): Json {
  if (typeof what === 'string') return paths.includes('place') ? written(what) : what
  if (!isFields(what)) return what
  return Object.fromEntries(
    Object.entries(what).map(([name, value]) => [
      name,
      typeof value === 'string' && paths.includes(name) ? written(value, name) : value,
    ]),
  )
}

const without = (what: Json, fields: readonly string[]): Json =>
  isFields(what) ? Object.fromEntries(Object.entries(what).filter(([name]) => !fields.includes(name))) : what

type Fields = { readonly [name: string]: Json }
const isFields = (what: Json): what is Fields => typeof what === 'object' && what !== null && !Array.isArray(what)
const fieldsOf = (what: Json): Fields => (isFields(what) ? what : {})
