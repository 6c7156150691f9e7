import type { CommandSection } from '@heddle/core'
import type { JsonSchema } from '../../cli/json-schema.ts'

/** What a command answers with at its end, and the items before that where it streams. */
export function outputOf({ output }: Pick<CommandSection, 'output'>): {
  readonly value: JsonSchema
  readonly item: JsonSchema | undefined
} {
  const { stream } = output as { readonly stream?: { readonly item: JsonSchema; readonly final: JsonSchema } }
  return stream ? { value: stream.final, item: stream.item } : { value: output as JsonSchema, item: undefined }
}
