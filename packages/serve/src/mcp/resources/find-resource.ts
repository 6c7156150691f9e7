import {
  type AnyFailure,
  failed,
  type Json,
  type Maybe,
  type Outcome,
  type Principal,
  success,
  systemFailure,
} from '@heddle/core'
import { decodeQuery, type TextFields } from '../../decode/decode-query.ts'
import type { Catalog } from '../catalog.ts'
import { isOpenTo } from '../is-open-to.ts'
import type { ToolEntry } from '../tool.ts'
import { kinds, parseUri } from './uris.ts'

/** What a URI leads to: a query with its input as text, or a text of its own. */
export type FoundResource =
  | { readonly kind: 'query'; readonly entry: ToolEntry; readonly input: TextFields }
  | { readonly kind: 'text'; readonly mediaType: string; readonly text: () => Maybe<string> }

/** Finds what a URI names. Who may see it is the question of the call; texts are found by those alone who may. */
export function findResource(catalog: Catalog, uri: string, as: Principal | null): Outcome<FoundResource, AnyFailure> {
  const parsed = parseUri(uri)
  if (!parsed) return nothingAt(uri)
  const { kind, steps, query } = parsed
  const [name, key] = steps
  if (kind === kinds.queries && steps.length === 1) {
    const entry = catalog.resources.queries.get(name!)
    const fields = decodeQuery(query)
    if (!fields.ok) return fields
    return entry ? success({ kind: 'query', entry, input: fields.value }) : nothingAt(uri)
  }
  if (query !== '') return nothingAt(uri)
  if (kind === kinds.records && key !== undefined && steps.length === 2) {
    const found = catalog.resources.records.get(name!)
    return found ? success({ kind: 'query', entry: found.entry, input: { [found.field]: key } }) : nothingAt(uri)
  }
  if (kind === kinds.runs && key !== undefined && steps.length === 2) {
    const found = catalog.resources.runs.get(name!)
    return found ? success({ kind: 'query', entry: found.entry, input: { run: key } }) : nothingAt(uri)
  }
  return ownText(catalog, kind, steps, as) ?? nothingAt(uri)
}

function ownText(
  catalog: Catalog,
  kind: string,
  [name, ...more]: readonly string[],
  as: Principal | null,
): Outcome<FoundResource, AnyFailure> | undefined {
  if (more.length > 0) return undefined
  const { options } = catalog
  if (kind === kinds.documents && name !== undefined && Object.hasOwn(options.documents ?? {}, name)) {
    const { text, mediaType = 'text/markdown' } = options.documents![name]!
    return success({ kind: 'text', mediaType, text: typeof text === 'string' ? () => text : text })
  }
  if (kind === kinds.manifest && name === undefined) return asJson(() => catalog.manifest() as unknown as Json)
  if (kind !== kinds.commands) return undefined
  const shown = catalog.served.filter(({ command }) => isOpenTo(command.access, as))
  if (name === undefined) {
    return asJson(() =>
      shown.map(({ section, tool }) => ({ name: section.name, tool: tool.name, summary: section.summary ?? null })),
    )
  }
  if (!shown.some(({ section }) => section.name === name)) return undefined
  return asJson(() => catalog.manifest().parts.command![name]!)
}

const asJson = (make: () => Json): Outcome<FoundResource, never> =>
  success({ kind: 'text', mediaType: 'application/json', text: () => JSON.stringify(make()) })

const nothingAt = (uri: string) => failed([systemFailure('UnknownPath', { path: uri })])
