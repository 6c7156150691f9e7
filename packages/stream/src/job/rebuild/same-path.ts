import { isAbsolute, normalize, relative, resolve, sep } from 'node:path'

/** A path without detours: `./a`, `a/` and `b/../a` are `a`. */
export const plainPath = (path: string): string => normalize(path).replace(/(?<=[^\\/:])[\\/]+$/, '')

/**
 * Whether two paths lead to the same place. Both count from where the app is now: one that is relative goes with its folder.
 *
 * @param root where relative paths count from, where that is known
 */
export const samePath = (one: string, other: string, root: string | undefined): boolean =>
  root === undefined
    ? isAbsolute(one) === isAbsolute(other) && plainPath(one) === plainPath(other)
    : resolve(root, one) === resolve(root, other)

/** A path as one from a folder, where it leads into it. */
export function pathFrom(root: string, path: string): string {
  const found = relative(root, resolve(root, path))
  const leadsOut = found === '..' || found.startsWith(`..${sep}`) || isAbsolute(found)
  return leadsOut ? plainPath(path) : found || '.'
}
