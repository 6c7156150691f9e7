import { isDeepStrictEqual } from 'node:util'
import {
  Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type ToStringOptions,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import type { Plan } from '../plan/plan.ts'
import type { PlanText } from './parse-plan.ts'

/**
 * Writes a plan as YAML. With the text that it came from, only what differs is written anew: comments, order and layout
 * of the rest stay, and an unchanged plan is the same text.
 *
 * @example formatPlan(parsed.plan, parsed.source) === text
 */
export function formatPlan(plan: Plan, source?: PlanText): string {
  const { document: written } = source ?? {}
  if (!source || !written) return new Document(plan).toString(layoutOf(''))
  const document = written.clone()
  const contents = document.contents
  const changed = update(document, contents, plan)
  if (!changed.any) return source.text
  if (changed.node !== contents) document.contents = changed.node as never
  return isJson(source.text) ? `${JSON.stringify(plan, null, 2)}\n` : document.toString(layoutOf(source.text))
}

/** How the text is laid out: a parsed document keeps styles and comments, but not how far things stand from the edge. */
const layoutOf = (text: string): ToStringOptions => ({
  // Long texts stay in one line if they did.
  lineWidth: 0,
  indent: /^ {2}[^ ]/m.test(text) || !/^ {4}[^ ]/m.test(text) ? 2 : 4,
  indentSeq: !/^( *)[^\s#-][^\n]*:[ \t]*(?:#[^\n]*)?\n\1- /m.test(text),
})

const isJson = (text: string) => text.trimStart().startsWith('{')

interface Updated {
  readonly node: unknown
  /** Whether anything is not as it was. */
  readonly any: boolean
}

/** Makes a node say what a value is; parts that say it already are not touched. */
function update(document: Document, node: unknown, value: unknown): Updated {
  if (isMap(node) && typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return { node, any: updateMap(document, node, value as Record<string, unknown>) }
  }
  if (isSeq(node) && Array.isArray(value)) return { node, any: updateList(document, node, value) }
  if (isScalar(node) && Object.is(node.value, value)) return { node, any: false }
  // A reference to another part of the text stays one for as long as that part says the same.
  if (isAlias(node) && isDeepStrictEqual(node.toJS(document), value)) return { node, any: false }
  if (isScalar(node) && typeof value !== 'object') {
    node.value = value
    return { node, any: true }
  }
  return { node: document.createNode(value), any: true }
}

function updateMap(document: Document, node: YAMLMap, value: Record<string, unknown>): boolean {
  let any = false
  const nameOf = (key: unknown) => String(isScalar(key) ? key.value : key)
  const kept = node.items.filter(({ key }) => value[nameOf(key)] !== undefined)
  if (kept.length !== node.items.length) {
    node.items = kept
    any = true
  }
  for (const pair of node.items) {
    const updated = update(document, pair.value, value[nameOf(pair.key)])
    if (updated.any) any = true
    pair.value = updated.node
  }
  const known = new Set(node.items.map(({ key }) => nameOf(key)))
  for (const [name, part] of Object.entries(value)) {
    if (known.has(name) || part === undefined) continue
    node.items.push(document.createPair(name, part))
    any = true
  }
  return any
}

/** Steps are found again by their ids, so that their comments move with them; other items by their places. */
function updateList(document: Document, node: YAMLSeq, value: readonly unknown[]): boolean {
  const before = [...node.items]
  const idOf = (item: unknown) => (isMap(item) ? item.get('id') : undefined)
  const byId = new Map(before.map((item) => [idOf(item), item] as const))
  let any = before.length !== value.length
  node.items = value.map((part, index) => {
    const id = typeof part === 'object' && part !== null ? (part as { id?: unknown }).id : undefined
    const old = id === undefined ? before[index] : byId.get(id)
    if (old !== before[index]) any = true
    const updated = update(document, old, part)
    if (updated.any) any = true
    return updated.node as Node
  })
  return any
}
