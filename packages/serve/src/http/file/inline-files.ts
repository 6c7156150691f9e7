import { type AnyFailure, Failure, failed, type Outcome, StreamedFile, success, systemFailure } from '@heddle/core'

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

/**
 * An outcome for JSON: each file inside is a `data:` URL. A file that is all of the value stays one: it is the whole answer.
 *
 * @param maxBytes of all files together; more is the failure `TooLarge`
 */
export async function withInlineFiles<Errors>(
  outcome: Outcome<unknown, Errors>,
  maxBytes: number,
): Promise<Outcome<unknown, Errors | AnyFailure>> {
  if (!outcome.ok || outcome.value instanceof StreamedFile) return outcome
  const inlined = await inlineFiles(outcome.value, maxBytes)
  return inlined instanceof Failure ? failed([inlined as AnyFailure]) : success(inlined)
}

/** A value with each file inside as a `data:` URL, or the failure `TooLarge`. */
export async function inlineFiles(value: unknown, maxBytes: number): Promise<unknown> {
  let left = maxBytes
  try {
    return await mapFiles(value, async (file) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of file.stream()) {
        left -= chunk.byteLength
        if (left < 0) throw systemFailure('TooLarge', { limit: maxBytes, name: 'maxBodyBytes' })
        chunks.push(chunk)
      }
      return `data:${file.type};base64,${Buffer.concat(chunks).toString('base64')}`
    })
  } catch (thrown) {
    if (thrown instanceof Failure) return thrown
    throw thrown
  }
}
