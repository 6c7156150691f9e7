import { rename, rm } from 'node:fs/promises'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { type AnyFailure, fileFrom, type FailureJson, type Outcome, StreamedFile, success } from '@heddle/core'
import { usageFailure } from './flag-tokens.ts'

type AnyOutcome = Outcome<unknown, AnyFailure | FailureJson>

/**
 * The outcome of a call that gives a file: what is known of it is printed, and its bytes are written to a place where one was
 * named. It is whole there, or not at all.
 *
 * @throws {Failure} InvalidUsage, where nothing can be written there
 */
export async function fileOutcome(outcome: AnyOutcome, path: string | undefined): Promise<AnyOutcome> {
  if (!outcome.ok) return outcome
  const { value } = outcome
  // From another process it comes as text.
  const file = typeof value === 'string' ? fileFrom(value) : value
  if (!(file instanceof StreamedFile)) return outcome
  if (path !== undefined) await write(file, path)
  return success(file)
}

async function write(file: StreamedFile, path: string): Promise<void> {
  const part = `${path}.part`
  try {
    await pipeline(file.stream(), createWriteStream(part))
    await rename(part, path)
  } catch (thrown) {
    await rm(part, { force: true }).catch(() => undefined)
    const { code } = thrown as NodeJS.ErrnoException
    if (code === undefined || !fileTrouble.has(code)) throw thrown
    throw usageFailure(`--out ${path} cannot be written (${code})`, thrown)
  }
}

/** What the place is to blame for, and not the file. */
const fileTrouble = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'EROFS', 'ENOSPC'])
