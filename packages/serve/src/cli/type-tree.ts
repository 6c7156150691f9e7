import type { JsonSchema } from '@heddle/core'
import { typeRows } from './type-rows.ts'

/**
 * A type as an indented tree: one line per field with its type, limits, default and description; `?` marks a field that
 * may be left out.
 */
export function typeTree(schema: JsonSchema, indent = 2): string[] {
  const rows = typeRows(schema).map((row) => ({
    ...row,
    head: `${' '.repeat(row.depth * 2)}${row.required ? row.name : `${row.name}?`}`,
  }))
  const widest = Math.max(0, ...rows.map(({ head }) => head.length))
  return rows.map(({ head, type, summary }) => {
    const line = [head.padEnd(widest), type, summary].filter((part) => part.trim() !== '')
    return `${' '.repeat(indent)}${line.join('  ')}`
  })
}
