import { pathToFileURL } from 'node:url'
import { sleep, systemTimers } from '@heddle/core'

/** What a file exports. */
export type Module = Readonly<Record<string, unknown>>

/** Why a file did not load, where the import itself says nothing. */
export class NotLoaded extends Error {
  /** `waits`: for something that never comes; `rejected`: a promise that nobody awaited failed. */
  readonly why: 'waits' | 'rejected'

  constructor(why: NotLoaded['why'], cause?: unknown) {
    super(why, { cause })
    this.why = why
  }
}

/**
 * Imports a file. An import tells neither of an `await` that never ends (Node just leaves when nothing is left to do)
 * nor of a promise that is rejected beside it (Node then ends the process).
 *
 * @throws {NotLoaded} for these two; else what the file throws
 */
export async function importFile(file: string): Promise<Module> {
  const { promise: failed, reject } = Promise.withResolvers<never>()
  const onNothingLeft = () => reject(new NotLoaded('waits'))
  const onRejection = (reason: unknown) => reject(new NotLoaded('rejected', reason))
  process.once('beforeExit', onNothingLeft).on('unhandledRejection', onRejection)
  try {
    const module = (await Promise.race([import(pathToFileURL(file).href), failed])) as Module
    // Node tells of a rejection when the code that made it has returned.
    await Promise.race([sleep(systemTimers, 0), failed])
    return module
  } finally {
    process.off('beforeExit', onNothingLeft).off('unhandledRejection', onRejection)
  }
}
