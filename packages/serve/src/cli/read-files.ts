import { constants, openAsBlob } from 'node:fs'
import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import { fileFrom, filePlaces, type PathSegment, type Schema } from '@heddle/core'
import { usageFailure } from './flag-tokens.ts'
import type { InputBuilder } from './input-builder.ts'

/**
 * Puts the files in place that flags name as `@path`, e.g. `--photo @./cat.png`. Their bytes are read when the command
 * reads them; their type is that of the name. What does not begin with `@` is base64.
 *
 * @throws {Failure} InvalidUsage, when a file cannot be read
 */
export async function readFiles(
  builder: InputBuilder,
  places: readonly (readonly PathSegment[])[],
  type: Schema,
): Promise<void> {
  const wanted = new Set(filePlaces(type).map(({ path }) => path.join('\0')))
  for (const place of places) {
    if (!wanted.has(place.join('\0'))) continue
    const text = textAt(builder.value, place)
    if (text?.startsWith('@')) builder.set(place, await fileAt(text.slice(1)))
  }
}

async function fileAt(path: string) {
  try {
    await access(path, constants.R_OK)
    // A server never asks for the table of names and types, so it does not load it.
    const { default: mime } = await import('mime')
    const blob = await openAsBlob(path, { type: mime.getType(path) ?? '' })
    return fileFrom(blob, { name: basename(path) })
  } catch (cause) {
    throw usageFailure(`the file ${path} cannot be read (${(cause as NodeJS.ErrnoException).code ?? String(cause)})`)
  }
}

function textAt(value: unknown, place: readonly PathSegment[]): string | undefined {
  let found = value
  for (const segment of place) found = (found as Record<PathSegment, unknown> | undefined)?.[segment]
  return typeof found === 'string' ? found : undefined
}
