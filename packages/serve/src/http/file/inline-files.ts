import {
  type AnyFailure,
  failed,
  Failure,
  holdsFile,
  type Outcome,
  type OutputType,
  StreamedFile,
  success,
} from '@heddle/core'
import { tooLargeAnswer } from './too-large-answer.ts'

/** Part of a value, and where it stands. */
type Visit = (file: StreamedFile, path: readonly (string | number)[]) => Promise<unknown> | unknown

/** A value whose files are replaced by what `visit` makes of them, one after the other. The value itself stays as it is. */
export async function mapFiles(
  value: unknown,
  visit: Visit,
  path: readonly (string | number)[] = [],
): Promise<unknown> {
  if (value instanceof StreamedFile) return visit(value, path)
  if (typeof value !== 'object' || value === null || !isHolder(value)) return value
  if (Array.isArray(value)) {
    const list: unknown[] = []
    for (const [index, part] of value.entries()) list.push(await mapFiles(part, visit, [...path, index]))
    return list
  }
  const fields: Record<string, unknown> = {}
  for (const [name, part] of Object.entries(value)) fields[name] = await mapFiles(part, visit, [...path, name])
  return fields
}

const isHolder = (value: object) => Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype

type TakeItem = (item: unknown) => void | Promise<void>

/** How files inside of answers become JSON. */
export interface FilesInJson {
  outcome<Errors>(outcome: Outcome<unknown, Errors>): Promise<Outcome<unknown, Errors | AnyFailure>>
  /** The same, also of a file that is all of the value: where an answer is lines, it cannot be the file itself. */
  wholeOutcome<Errors>(outcome: Outcome<unknown, Errors>): Promise<Outcome<unknown, Errors | AnyFailure>>
  /** Who takes items, given items with files. */
  items(take: TakeItem): TakeItem
}

/** How many bytes all files of a value, or of an item, may have in JSON. */
export interface InlineLimit {
  readonly name: string
  readonly limit: number
}

/**
 * Puts files that stand inside of a command's values and items into JSON, as `data:` URLs. Undefined where none can be there:
 * ask once, and not at each call. A file that is all of the value stays one: it is the whole answer. More than the limit is the
 * failure `TooLarge`.
 */
export function filesInJson(output: OutputType, limit: InlineLimit): FilesInJson | undefined {
  if (!holdsFile(output)) return undefined
  async function wholeOutcome<Errors>(
    outcome: Outcome<unknown, Errors>,
  ): Promise<Outcome<unknown, Errors | AnyFailure>> {
    if (!outcome.ok) return outcome
    try {
      return success(await inlined(outcome.value, limit))
    } catch (thrown) {
      if (thrown instanceof Failure) return failed([thrown as AnyFailure])
      throw thrown
    }
  }
  return {
    wholeOutcome,
    outcome: async (outcome) => (outcome.ok && outcome.value instanceof StreamedFile ? outcome : wholeOutcome(outcome)),
    items: (take) => async (item) => take(await inlined(item, limit)),
  }
}

/** @throws {Failure} TooLarge */
async function inlined(value: unknown, limit: InlineLimit): Promise<unknown> {
  let left = limit.limit
  return mapFiles(value, async (file) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of file.stream()) {
      left -= chunk.byteLength
      if (left < 0) throw tooLargeAnswer(limit)
      chunks.push(chunk)
    }
    return `data:${file.type};base64,${Buffer.concat(chunks).toString('base64')}`
  })
}
