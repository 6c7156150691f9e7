import { readFileSync } from 'node:fs'
import { extname, resolve } from 'node:path'
import { usageFailure } from '@heddle/serve'

/**
 * What a JSON or YAML file holds that somebody named on the command line.
 *
 * @throws {Failure} InvalidUsage
 */
export async function readDataFile(word: string, cwd: string): Promise<unknown> {
  const path = resolve(cwd, word)
  try {
    const text = readFileSync(path, 'utf8')
    return extname(path) === '.json' ? JSON.parse(text) : (await import('yaml')).parse(text)
  } catch (thrown) {
    throw usageFailure(`${word} cannot be read: ${(thrown as Error).message}`, thrown)
  }
}
