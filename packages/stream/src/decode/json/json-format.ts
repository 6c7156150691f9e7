import { decodeJson } from '@heddle/core'
import type { z } from 'zod'
import { valueCheck } from '../check-value.ts'
import type { LineFormat } from '../line-decoder.ts'
import { needed } from './needed.ts'
import { recordReader } from './record-reader.ts'
import { type Shape, shapeOf } from './shape.ts'

/** A line is JSON that is proved, and whose type is checked. */
export function strictJson(schema: z.ZodType | undefined, maxDepth: number, maxBodyBytes: number): LineFormat {
  const typed = schema === undefined ? '' : ', and each field has the type that is declared'
  return {
    read: recordReader(shapeOf(schema), { proves: true, maxDepth }),
    readSlowly: (line) => decodeJson(line, { maxDepth, maxBodyBytes }),
    check: valueCheck(schema, 'json'),
    describe: () => ({
      format: 'ndjson',
      mode: 'strict',
      proves: `the text is well-formed, with no key twice and no number changed${typed}`,
    }),
  }
}

/** A line is JSON of which only some fields are read and checked. */
export function neededJson(
  schema: z.ZodType | undefined,
  paths: readonly (readonly string[])[],
  maxDepth: number,
  maxBodyBytes: number,
): LineFormat {
  const part = needed(schema, paths)
  if (part === undefined) return strictJson(schema, maxDepth, maxBodyBytes)
  const pick = picker(part.shape)
  return {
    read: recordReader(part.shape, { proves: false, maxDepth }),
    readSlowly(line) {
      const decoded = decodeJson(line, { maxDepth, maxBodyBytes })
      return decoded.ok ? { ok: true, value: pick(decoded.value) } : decoded
    },
    check: valueCheck(part.schema, 'json'),
    describe: () => ({
      format: 'ndjson',
      mode: 'needed',
      reads: part.reads,
      proves: `only the fields that are read are checked${schema === undefined ? ' to be well-formed' : ''}; whatever stands beside them is not`,
    }),
  }
}

/** Leaves of a value only what a shape names, as the fast way does. */
function picker(shape: Shape): (value: unknown) => unknown {
  if (shape.kind !== 'object') return (value) => value
  const fields = shape.fields.map(({ key, shape: inner }) => ({ key, pick: picker(inner) }))
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
    const from = value as Readonly<Record<string, unknown>>
    const picked: Record<string, unknown> = {}
    for (const { key, pick } of fields) if (Object.hasOwn(from, key)) picked[key] = pick(from[key])
    return picked
  }
}
