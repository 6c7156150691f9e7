import { canonicalJson, type Json } from '@heddle/core'
import { linearPattern } from '@heddle/core/patterns'
import { type JsonSchema, resolver } from '../../cli/json-schema.ts'
import type { Looks } from './looks.ts'

/**
 * Says which text does not match a pattern of a schema, or which list holds something twice, where that must be so in any case: what
 * holds only under one of several alternatives is left to the tool, and so is a pattern that cannot be run in linear time.
 */
export function patternFault(root: JsonSchema, looks: Looks): (value: unknown) => string | undefined {
  const resolve = resolver(root)
  return (value) => faultAt(root, value, '#')

  function faultAt(told: JsonSchema | boolean | undefined, value: unknown, at: string): string | undefined {
    looks.look()
    if (typeof told !== 'object') return undefined
    const schema = resolve(told)
    const { allOf = [], pattern, $ref } = schema
    // A reference that leads nowhere, or only to itself, says nothing.
    if ($ref !== undefined) return undefined
    return (
      first(allOf, (part) => faultAt(part, value, at)) ??
      (typeof value === 'string' ? unmatched(pattern, value, at) : undefined) ??
      (Array.isArray(value) ? inList(schema, value, at) : undefined) ??
      (isObject(value) ? inObject(schema, value, at) : undefined)
    )
  }

  function inList({ prefixItems = [], items, uniqueItems }: JsonSchema, list: readonly unknown[], at: string) {
    if (uniqueItems && new Set(list.map((each) => canonicalJson(each as Json))).size < list.length) {
      return `${at}: it holds something twice.`
    }
    return first(list, (each, index) => faultAt(prefixItems[index] ?? items, each, `${at}/${index}`))
  }

  function inObject(schema: JsonSchema, value: Readonly<Record<string, unknown>>, at: string) {
    const { properties = {}, patternProperties = {}, additionalProperties, propertyNames } = schema
    const patterns = Object.entries(patternProperties).map(([source, type]) => [linearPattern(source), type] as const)
    const knowsAll = patterns.every(([pattern]) => pattern !== undefined)
    return first(Object.entries(value), ([name, each]) => {
      const here = `${at}/${name}`
      const own = Object.hasOwn(properties, name) ? properties[name] : undefined
      const types = patterns.flatMap(([pattern, type]) => (pattern?.test(name) ? [type] : []))
      const isFurther = own === undefined && types.length === 0 && knowsAll
      if (isFurther && additionalProperties === false && patterns.length > 0) return `${here}: no such field is known.`
      return (
        faultAt(propertyNames, name, here) ??
        first(own === undefined ? types : [own, ...types], (type) => faultAt(type, each, here)) ??
        (isFurther ? faultAt(additionalProperties, each, here) : undefined)
      )
    })
  }
}

const unmatched = (pattern: string | undefined, value: string, at: string) =>
  pattern === undefined || (linearPattern(pattern)?.test(value) ?? true)
    ? undefined
    : `${at}: String does not match pattern.`

function first<Item>(items: readonly Item[], fault: (item: Item, index: number) => string | undefined) {
  for (const [index, item] of items.entries()) {
    const found = fault(item, index)
    if (found !== undefined) return found
  }
  return undefined
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
