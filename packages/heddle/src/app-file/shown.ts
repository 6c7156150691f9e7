import { isAbsolute, relative } from 'node:path'

/** A path as people read it: relative where it lies in the current folder. */
export function shown(path: string): string {
  const near = relative(process.cwd(), path)
  if (near === '') return '.'
  return near.startsWith('..') || isAbsolute(near) ? path : near
}
