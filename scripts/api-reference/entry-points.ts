import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A module that users import. */
export interface EntryPoint {
  /** What they write, e.g. `heddle/testing`. */
  readonly name: string
  readonly file: string
}

/**
 * Every module that users can import from our packages. Those of `heddle` come first: what several of them export is shown
 * where it stands first, and `heddle` is what most programs import.
 */
export function entryPoints(root: string): EntryPoint[] {
  const found = readdirSync(join(root, 'packages')).flatMap((folder) => {
    const { name, exports } = JSON.parse(readFileSync(join(root, 'packages', folder, 'package.json'), 'utf8')) as {
      name: string
      exports: Record<string, string | null>
    }
    return Object.entries(exports).flatMap(([entry, target]) =>
      target?.endsWith('.ts') ? [{ name: name + entry.slice(1), file: join(root, 'packages', folder, target) }] : [],
    )
  })
  const rank = ({ name }: EntryPoint) => (name.startsWith('@') ? 1 : 0)
  return found.toSorted((a, b) => rank(a) - rank(b) || (a.name < b.name ? -1 : 1))
}
