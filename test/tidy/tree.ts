import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The files that a check looks at: the repository, or a handful of planted ones. Paths are relative and use `/`. */
export interface Tree {
  readonly paths: readonly string[]
  has(path: string): boolean
  /** The text of a file that is in `paths`. */
  read(path: string): string
}

/** One thing that is not tidy: where it is and what to do about it. */
export interface Finding {
  readonly file: string
  readonly line: number
  readonly message: string
}

/** A rule of the house as a pure function, so that each one can be tried on a planted violation. */
export type Check = (tree: Tree) => Finding[]

const SKIPPED = new Set(['node_modules', 'dist', '.git', '.heddle', 'coverage'])

/** Reads a folder of the disk; file texts are read when first asked for. */
export function treeOfFolder(root: string): Tree {
  const paths: string[] = []
  const walk = (folder: string): void => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      if (SKIPPED.has(entry.name)) continue
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) walk(path)
      else if (entry.isFile()) paths.push(path)
    }
  }
  walk('')
  const texts = new Map<string, string>()
  return treeFrom(paths, (path) => {
    const known = texts.get(path)
    if (known !== undefined) return known
    const text = readFileSync(join(root, path), 'utf8')
    texts.set(path, text)
    return text
  })
}

/** A tree from texts in memory, for planting violations. */
export function treeOfTexts(texts: Readonly<Record<string, string>>): Tree {
  return treeFrom(Object.keys(texts), (path) => texts[path] ?? '')
}

function treeFrom(paths: string[], read: (path: string) => string): Tree {
  const sorted = paths.toSorted()
  const known = new Set(sorted)
  return {
    paths: sorted,
    has: (path) => known.has(path),
    read(path) {
      if (!known.has(path)) throw new Error(`${path} is not in the tree`)
      return read(path)
    },
  }
}

/** Findings as `file:line  message` lines; empty when everything is tidy. */
export function report(findings: readonly Finding[]): string {
  return findings.map(({ file, line, message }) => `${file}:${line}  ${message}`).join('\n')
}

/** The line (from 1) of an offset in a text. */
export function lineOf(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at !== -1 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

/** Whether a path is TypeScript or JavaScript that the checks parse. */
export const isCode = (path: string): boolean => /\.(ts|tsx|mts|js|mjs)$/.test(path)

/** Whether a path is a test, a type test or test material rather than shipped source. */
export const isTest = (path: string): boolean =>
  /\.(test|test-d|bench)\.tsx?$/.test(path) || path.includes('/fixtures/')
