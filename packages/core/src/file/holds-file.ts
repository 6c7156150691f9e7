import { isStream } from '../command/stream-output.ts'
import type { OutputType } from '../command/types.ts'
import { partsOf } from '../schema/parts.ts'
import type { Schema } from '../schema/schema.ts'
import { zodType } from '../schema/zod-type.ts'
import { fileRules } from './file.ts'

const known = new WeakMap<OutputType, boolean>()

/** Whether a value of an output, or an item that it streams, can be a file or hold one. */
export function holdsFile(output: OutputType): boolean {
  let found = known.get(output)
  if (found === undefined) {
    const types = isStream(output) ? [output.item, output.final] : [output]
    known.set(output, (found = types.some((type) => look(type, new Set()))))
  }
  return found
}

function look(type: Schema, seen: Set<Schema>): boolean {
  if (seen.has(type)) return false
  seen.add(type)
  return fileRules(type) !== undefined || partsOf(zodType(type)).some((part) => look(part, seen))
}
