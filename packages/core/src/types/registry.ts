import { Defect } from '../error/defect.ts'
import type { Schema } from '../schema/schema.ts'
import { zodType, type ZodType } from '../schema/zod-type.ts'
import type { TypeEntry } from './entry.ts'

const entries = new Map<string, TypeEntry>()
const names = new WeakMap<Schema, string>()

/**
 * Adds a name to the registry. `namedType`, `caster`, `validator` and `transformer` do it for what they declare.
 *
 * @throws {Defect} DuplicateName, InvalidDefinition
 */
export function registerType(entry: TypeEntry): void {
  const { name } = entry
  if (!/^[A-Za-z][A-Za-z0-9]*$/.test(name)) {
    throw new Defect('InvalidDefinition', {
      name: `the type "${name}"`,
      reason: 'its name is one word of letters and digits',
    })
  }
  if (entries.has(name)) throw new Defect('DuplicateName', { name: `type ${name}` })
  entries.set(name, entry)
}

/** The entry of a name. */
export const typeEntry = (name: string): TypeEntry | undefined => entries.get(name)

/** Every registered name, in their order. */
export function listTypes(): readonly TypeEntry[] {
  return [...entries.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/**
 * The entries in whose name, tags or summary each word of a text is found; names come first.
 *
 * @example searchTypes('postal code').map(({ name }) => name) // ['postalCode']
 */
export function searchTypes(text: string): readonly TypeEntry[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  const rank = ({ name, tags, summary }: TypeEntry): number => {
    const inName = name.toLowerCase()
    const inTags = tags.join(' ').toLowerCase()
    const inSummary = summary.toLowerCase()
    const ranks = words.map((word) => [inName, inTags, inSummary].findIndex((place) => place.includes(word)))
    return ranks.includes(-1) ? Infinity : Math.max(0, ...ranks)
  }
  return listTypes()
    .map((entry) => ({ entry, place: rank(entry) }))
    .filter(({ place }) => place < Infinity)
    .sort((a, b) => a.place - b.place)
    .map(({ entry }) => entry)
}

/** Remembers by which name a type is known. */
export function nameType(type: Schema, name: string): void {
  names.set(type, name)
}

/** The name of a registered type, also after checks were added to it. */
export function nameOfType(schema: Schema): string | undefined {
  for (let type: ZodType | undefined = zodType(schema); type; type = type._zod.parent as ZodType | undefined) {
    const name = names.get(type)
    if (name !== undefined) return name
  }
  return undefined
}
