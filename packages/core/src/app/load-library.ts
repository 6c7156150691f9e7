import { Defect } from '../error/defect.ts'

/**
 * Loads a library that an app needs only when it uses what is built on it.
 *
 * @param user what needs it, for the error
 * @throws {Defect} MissingLibrary
 * @example const { Redis } = await loadLibrary('redis()', 'ioredis', () => import('ioredis'))
 */
export async function loadLibrary<Library>(user: string, name: string, load: () => Promise<Library>): Promise<Library> {
  try {
    return await load()
  } catch (thrown) {
    if (isMissing(thrown, name)) throw new Defect('MissingLibrary', { name: user, library: name }, { cause: thrown })
    throw thrown
  }
}

/** Only the library itself: when something that it imports is missing, its own message says more. */
function isMissing(thrown: unknown, name: string): boolean {
  if (!(thrown instanceof Error) || !('code' in thrown)) return false
  const isUnknown = thrown.code === 'ERR_MODULE_NOT_FOUND' || thrown.code === 'MODULE_NOT_FOUND'
  return isUnknown && thrown.message.includes(`'${name}'`)
}
