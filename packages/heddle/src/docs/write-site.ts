import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { usageFailure } from '@heddle/serve'
import { writeNamedFile } from '../cli/write-file.ts'

/** What pages of a site hold: only these are ever removed. */
const mark = '<meta name="generator" content="heddle docs" />'

/**
 * Writes the pages of a site into a folder, and removes those of an earlier one that are no more.
 *
 * @throws {Failure} InvalidUsage, where they cannot be written
 */
export function writeSite(folder: string, pages: Readonly<Record<string, string>>): void {
  const folders = new Set(Object.keys(pages).map((path) => dirname(join(folder, path))))
  try {
    for (const each of [folder, ...folders]) mkdirSync(each, { recursive: true })
  } catch (thrown) {
    throw usageFailure(`${folder} cannot be made: ${(thrown as Error).message}`, thrown)
  }
  for (const [path, text] of Object.entries(pages)) writeNamedFile(join(folder, path), text)
  for (const path of ['', 'commands', 'events', 'entities', 'workflows'].flatMap((below) => pagesIn(folder, below))) {
    if (Object.hasOwn(pages, path)) continue
    if (readFileSync(join(folder, path), 'utf8').includes(mark)) rmSync(join(folder, path))
  }
}

function pagesIn(folder: string, below: string): string[] {
  try {
    return readdirSync(join(folder, below))
      .filter((file) => file.endsWith('.html'))
      .map((file) => (below === '' ? file : `${below}/${file}`))
  } catch {
    return [] // A kind of page that there is none of.
  }
}
