import type { CommandSection } from '@heddle/core'
import type { TextFormats } from './type-from-json.ts'
import { typesOf } from './types-of.ts'

/**
 * What a command of another app is declared with here: its types, and what the other app tells of it.
 *
 * @param formats the types of this app for texts of a format
 */
export function factsOf(section: CommandSection, formats?: TextFormats) {
  const { kind, summary, description, idempotent, destructive, deprecated } = section
  return {
    ...typesOf(section, formats),
    kind: kind === 'query' ? ('query' as const) : ('command' as const),
    summary,
    description,
    idempotent,
    destructive,
    deprecated,
  }
}
