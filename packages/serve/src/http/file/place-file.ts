import { failed, type FilePlace, type StreamedFile, success, systemFailure } from '@heddle/core'
import type { TextFields } from '../../decode/decode-query.ts'
import type { ReadInput } from '../read-input.ts'

/** Puts the file at its place among the fields. */
export function placed(
  fields: TextFields,
  { path }: FilePlace,
  file: StreamedFile | readonly StreamedFile[],
): ReadInput {
  if (path.length === 0) return success(file)
  const input: Record<string, unknown> = { ...fields }
  let holder = input
  for (const [index, step] of path.entries()) {
    if (index === path.length - 1) {
      if (Object.hasOwn(holder, step)) return failed([systemFailure('DuplicateKey', { key: step }, { path })])
      holder[step] = file
    } else {
      const inner = holder[step]
      holder = holder[step] = typeof inner === 'object' && inner !== null ? { ...inner } : {}
    }
  }
  return success(input)
}
