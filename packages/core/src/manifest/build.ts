import type { Part } from '../app/part.ts'
import { Defect } from '../error/defect.ts'
import { hashOf } from './hash.ts'
import type { Json } from './json.ts'
import type { Manifest } from './manifest.ts'
import { withHash } from './section.ts'

/**
 * Puts the sections of all parts together. The same parts give the same manifest, in whatever order they are listed.
 *
 * @throws {Defect} DuplicateName, InvalidDefinition
 */
export function buildManifest(name: string, parts: readonly Part[]): Manifest {
  const kinds = new Map<string, Map<string, Section>>()
  for (const part of parts) {
    const kind = part.kind.name
    const sections = kinds.get(kind) ?? new Map<string, Section>()
    if (sections.has(part.name)) throw new Defect('DuplicateName', { name: `${kind} ${part.name}` })
    kinds.set(kind, sections.set(part.name, describe(part)))
  }
  const all = inOrder(kinds, (sections) => inOrder(sections, (section): Json => section))
  const hashes = inOrder(kinds, (sections) => inOrder(sections, ({ hash }) => hash))
  return { heddle: 1, app: name, parts: all, hash: hashOf({ heddle: 1, app: name, parts: hashes }) }
}

type Section = { readonly hash: string; readonly [field: string]: Json | undefined }

/** A record in the order of its names. */
function inOrder<Value, Mapped>(entries: ReadonlyMap<string, Value>, map: (value: Value) => Mapped) {
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(sorted.map(([name, value]) => [name, map(value)])) as Record<string, Mapped>
}

function describe(part: Part): Section {
  const section = part.describe()
  if (typeof section !== 'object' || section === null || Array.isArray(section)) {
    throw new Defect('InvalidDefinition', { name: part.name, reason: 'a part describes itself as an object' })
  }
  return withHash(section as { readonly [field: string]: Json | undefined })
}
