import type { JsonSchema } from '../../cli/json-schema.ts'
import type { Wrong } from './limits.ts'

/** How deep types may stand in each other where each reference is replaced by what it points at. */
const maxTypeDepth = 200
/** How many types a type may consist of then: forms are made of all of them. */
const maxTypes = 200_000
/** How many types a union may be of, with those of unions in it. */
const maxMembers = 1000

const pointer = '#/$defs/'

/** What a type is made of where its references are followed. */
interface Extent {
  readonly types: number
  readonly members: number
}

/** Keywords under which a type holds others that a value has besides its own. */
const inner = ['properties', 'items', 'prefixItems', 'additionalProperties', 'propertyNames', 'not'] as const
/** Keywords under which a type lists others that the value itself is of. */
const same = ['anyOf', 'oneOf', 'allOf'] as const

/**
 * Looks for what is wrong with the references of a type: those that point nowhere, those that lead back to themselves without
 * a value in between, and types that grow without measure once references are followed.
 */
export function wrongReferences(root: JsonSchema): Wrong | undefined {
  const definitions = root.$defs ?? {}
  const walk = new Walk(definitions)
  try {
    walk.extentOf(root, [], 0)
    for (const [name, type] of Object.entries(definitions)) walk.extentOf(type, ['$defs', name], 0)
  } catch (thrown) {
    if (thrown instanceof Misled) return thrown.wrong
    throw thrown
  }
  const circle = circleIn(definitions)
  return circle === undefined
    ? undefined
    : { path: ['$defs', circle], reason: 'the type is one of itself: its references lead back to it' }
}

class Misled extends Error {
  readonly wrong: Wrong
  constructor(path: readonly PropertyKey[], reason: string) {
    super(reason)
    this.wrong = { path, reason }
  }
}

class Walk {
  readonly #definitions: Readonly<Record<string, JsonSchema>>
  readonly #known = new Map<string, Extent>()

  constructor(definitions: Readonly<Record<string, JsonSchema>>) {
    this.#definitions = definitions
  }

  extentOf(type: unknown, path: readonly PropertyKey[], depth: number): Extent {
    if (typeof type !== 'object' || type === null) return { types: 1, members: 1 }
    if (depth > maxTypeDepth) throw new Misled(path, `types stand in each other deeper than ${maxTypeDepth} levels`)
    const schema = type as JsonSchema
    let [types, members] = [1, 0]
    if (schema.$ref !== undefined) {
      const target = this.#targetOf(schema.$ref, [...path, '$ref'], depth)
      types += target.types
      members += target.members
    }
    for (const keyword of same) {
      for (const [at, member] of (schema[keyword] ?? []).entries()) {
        const extent = this.extentOf(member, [...path, keyword, at], depth + 1)
        types += extent.types
        members += extent.members
      }
    }
    for (const keyword of inner) {
      for (const [place, each] of partsOf(schema, keyword))
        types += this.extentOf(each, [...path, ...place], depth + 1).types
    }
    if (members > maxMembers) throw new Misled(path, `a union of more than ${maxMembers} types`)
    if (types > maxTypes) throw new Misled(path, `a type of more than ${maxTypes} types`)
    return { types, members: Math.max(1, members) }
  }

  #targetOf(ref: string, path: readonly PropertyKey[], depth: number): Extent {
    const name = ref.startsWith(pointer) ? ref.slice(pointer.length) : ''
    if (/[/~%]/.test(name) || !Object.hasOwn(this.#definitions, name))
      throw new Misled(path, `the reference ${JSON.stringify(ref)} points at no type in $defs`)
    const known = this.#known.get(name)
    if (known) return known
    // Where it stands in itself, once is enough.
    this.#known.set(name, { types: 1, members: 1 })
    const extent = this.extentOf(this.#definitions[name], ['$defs', name], depth + 1)
    this.#known.set(name, extent)
    return extent
  }
}

/** A definition that is of itself, with no value in between; what only leads into a circle may be named, too. */
function circleIn(definitions: Readonly<Record<string, JsonSchema>>): string | undefined {
  const referring = new Map<string, string[]>()
  const open = new Map<string, number>()
  for (const [name, type] of Object.entries(definitions)) {
    const refs = new Set(directRefs(type))
    open.set(name, refs.size)
    for (const ref of refs) referring.set(ref, [...(referring.get(ref) ?? []), name])
  }
  // Whoever refers to none is done, then who refers only to such, and so on: what is left over goes round.
  const done = [...open].filter(([, refs]) => refs === 0).map(([name]) => name)
  for (const name of done) {
    open.delete(name)
    for (const other of referring.get(name) ?? []) {
      const left = open.get(other)! - 1
      open.set(other, left)
      if (left === 0) done.push(other)
    }
  }
  return open.keys().next().value
}

/** The definitions that a value of a type is of, too. */
function directRefs(type: JsonSchema | undefined): string[] {
  if (!type) return []
  const own = type.$ref === undefined ? [] : [type.$ref.slice(pointer.length)]
  return [...own, ...same.flatMap((keyword) => (type[keyword] ?? []).flatMap(directRefs))]
}

function partsOf(schema: JsonSchema, keyword: (typeof inner)[number]): [PropertyKey[], unknown][] {
  const part = schema[keyword]
  if (keyword === 'properties' || keyword === 'prefixItems')
    return Object.entries(part ?? {}).map(([name, each]) => [[keyword, name], each])
  return part === undefined ? [] : [[[keyword], part]]
}
