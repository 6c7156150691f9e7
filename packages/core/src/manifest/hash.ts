import { createHash } from 'node:crypto'
import { canonicalJson } from './canonical.ts'
import type { Json } from './json.ts'

/** SHA-256 of a JSON value's canonical text, hexadecimal: equal for equal values, whatever the order of their fields. */
export function hashOf(json: Json): string {
  return createHash('sha256').update(canonicalJson(json)).digest('hex')
}
