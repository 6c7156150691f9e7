import type { Json } from '../manifest/json.ts'
import type { JsonSchema } from './json-schema.ts'

/** Keywords that stand in a schema while it is made: none of it leaves; all that is in it does. */
export const withheldKeyword = 'x-withheld'
export const exposedKeyword = 'x-exposed'

type Node = { readonly [keyword: string]: Json | undefined }

const pointer = '#/$defs/'

/**
 * Takes what is withheld out of the JSON Schema of an output, as values of it lose it: fields, elements and entries are
 * left out; a place of a tuple holds null.
 */
export function withoutWithheld(root: JsonSchema): JsonSchema {
  const definitions = (root.$defs ?? {}) as Readonly<Record<string, Node>>
  const used = new Map<string, Json>()
  const { $defs: _, ...own } = root
  const told = isWithheld(own) ? { type: 'null' } : (strip(own, false) as JsonSchema)
  return used.size === 0 ? told : { ...told, $defs: Object.fromEntries(used) }

  function strip(json: Json, isExposed: boolean): Json {
    if (Array.isArray(json)) return json.map((part: Json) => strip(part, isExposed))
    if (typeof json !== 'object' || json === null) return json
    const { [withheldKeyword]: _withheld, [exposedKeyword]: exposed, ...node } = json as Node
    const isOpen = isExposed || exposed === true
    const shown = isOpen ? node : leaveOut(node)
    if (typeof shown.$ref === 'string') define(shown.$ref, isOpen)
    return Object.fromEntries(
      Object.entries(shown)
        .filter(([, value]) => value !== undefined)
        .map(([keyword, value]) => [keyword, strip(value!, isOpen)]),
    )
  }

  /** A definition is told as at the first place that refers to it. */
  function define(ref: string, isOpen: boolean): void {
    const name = decodeURIComponent(ref.slice(pointer.length))
    if (!ref.startsWith(pointer) || used.has(name) || definitions[name] === undefined) return
    used.set(name, {}) // Ends a circle.
    used.set(name, strip(definitions[name] as Json, isOpen))
  }

  function leaveOut(node: Node): Node {
    const { properties, required, items, prefixItems, additionalProperties, propertyNames } = node
    const kept: Record<string, Json | undefined> = { ...node }
    if (isNode(properties)) {
      const fields = Object.entries(properties).filter(([, field]) => !isWithheld(field))
      kept.properties = Object.fromEntries(fields) as Json
      if (Array.isArray(required)) {
        const names = required.filter((name: Json) => fields.some(([field]) => field === name))
        kept.required = names.length > 0 ? names : undefined
      }
    }
    if (isWithheld(additionalProperties) || isWithheld(propertyNames)) {
      kept.additionalProperties = false
      kept.propertyNames = undefined
      if (!isNode(properties)) kept.required = undefined
    }
    if (isWithheld(items)) Object.assign(kept, { items: undefined, minItems: undefined, maxItems: 0 })
    if (Array.isArray(prefixItems)) {
      kept.prefixItems = prefixItems.map((part: Json) => (isWithheld(part) ? { type: 'null' } : part))
    }
    for (const keyword of ['anyOf', 'oneOf']) {
      const members = node[keyword]
      if (Array.isArray(members)) kept[keyword] = members.filter((member: Json) => !isWithheld(member))
    }
    return kept
  }

  function isWithheld(json: Json | undefined): boolean {
    if (!isNode(json)) return false
    const { $ref } = json
    const target = typeof $ref === 'string' ? definitions[decodeURIComponent($ref.slice(pointer.length))] : undefined
    return (
      json[withheldKeyword] === true ||
      (target !== undefined && json[exposedKeyword] !== true && isWithheld(target as Json))
    )
  }
}

const isNode = (json: Json | undefined): json is Node =>
  typeof json === 'object' && json !== null && !Array.isArray(json)
