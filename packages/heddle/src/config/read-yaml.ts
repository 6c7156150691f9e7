import type { PathSegment } from '@heddle/core'
import { decodeJson, decodeYaml } from '@heddle/serve'
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml'
import { type ConfigDocument, Positions } from './config-file.ts'

/**
 * Reads YAML, or JSON, whose every document is one of YAML too.
 *
 * @throws {Failure} MalformedInput, DuplicateKey and the others of a strict decoder
 */
export async function readYaml(bytes: Uint8Array, isJson: boolean): Promise<ConfigDocument> {
  const decoded = isJson ? decodeJson(bytes) : await decodeYaml(bytes)
  if (!decoded.ok) throw decoded.errors[0]!
  const lines = new LineCounter()
  const positions = new Positions()
  const text = Buffer.from(bytes).toString('utf8')
  const visit = (node: unknown, path: readonly PathSegment[]) => {
    if (isSeq(node)) node.items.forEach((item, index) => place(item as Node, [...path, index]))
    if (!isMap(node)) return
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue
      const at = [...path, String(key.value)]
      // A key without a value has no place but its own.
      place((value ?? key) as Node, at)
    }
  }
  const place = (node: Node, path: readonly PathSegment[]) => {
    const { line, col: column } = lines.linePos(node.range?.[0] ?? 0)
    positions.set(path, { line, column })
    visit(node, path)
  }
  visit(parseDocument(text, { uniqueKeys: false, lineCounter: lines }).contents, [])
  // An empty file says nothing.
  return { value: decoded.value ?? {}, positionOf: (path) => positions.of(path) }
}
