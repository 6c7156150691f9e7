import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { decodeJson, systemFailure } from 'heddle'
import { hashOf, type Source } from './source.ts'

/** A file is held in memory as a whole, so it may not be larger than this. */
const maxFileBytes = 64 * 1024 * 1024

/**
 * Reads a file that holds one JSON list: each element is a row.
 *
 * @throws {Failure} MalformedInput and others, when the file as a whole cannot be read
 */
export async function readJson(path: string): Promise<Source> {
  const bytes = await readFile(path)
  const decoded = decodeJson(bytes, { maxBodyBytes: maxFileBytes })
  if (!decoded.ok) throw decoded.errors[0]!
  const { value } = decoded
  if (!Array.isArray(value)) throw systemFailure('MalformedInput', { format: path, reason: 'a list was expected' })
  const rows = value.map((element: unknown, index) => ({ number: index + 1, value: element }))
  return { name: basename(path), hash: hashOf(bytes), rows }
}
