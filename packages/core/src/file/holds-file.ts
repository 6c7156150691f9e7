import { isStream } from '../command/stream-output.ts'
import type { OutputType } from '../command/types.ts'
import { partsOf } from '../schema/parts.ts'
import type { Schema } from '../schema/schema.ts'
import { zodType } from '../schema/zod-type.ts'
import { fileRules } from './file.ts'

/** Whether a value of an output, or an item that it streams, can be a file or hold one. */
export const holdsFile = (output: OutputType): boolean =>
  isStream(output) ? look(output.item, new Set()) || look(output.final, new Set()) : look(output, new Set())

function look(type: Schema, seen: Set<Schema>): boolean {
  if (seen.has(type)) return false
  seen.add(type)
  return fileRules(type) !== undefined || partsOf(zodType(type)).some((part) => look(part, seen))
}
