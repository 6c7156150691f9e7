import { basename, dirname } from 'node:path'

/** How files that are rolled are called: `name-000001.ndjson`. */
export interface RollNames {
  readonly folder: string
  readonly stem: string
  readonly ending: string
}

/** How they are called for a path. @param isCompressed also where the path does not say so */
export function rollNames(path: string, isCompressed: boolean): RollNames {
  const outer = /\.gz$/.exec(path)?.[0] ?? ''
  const bare = basename(path, outer)
  const inner = /\.[^./\\]+$/.exec(bare)?.[0] ?? ''
  const ending = `${inner}${outer || (isCompressed ? '.gz' : '')}`
  return { folder: dirname(path), stem: bare.slice(0, bare.length - inner.length), ending }
}

/** The name of a file that is full. */
export const fileName = ({ stem, ending }: RollNames, number: number): string =>
  `${stem}-${String(number).padStart(6, '0')}${ending}`

/** The name of one that is written, or waits for its checkpoint. */
export const partName = (names: RollNames, number: number): string => `.${fileName(names, number)}.part`

/** The number in the name of a file that is ours; undefined for any other one. */
export function numberIn({ stem, ending }: RollNames, name: string): number | undefined {
  const digits = name.slice(stem.length + 1, name.length - ending.length)
  return /^\d{6,}$/.test(digits) && name === `${stem}-${digits}${ending}` ? Number(digits) : undefined
}

/** As `numberIn`, for a file that has its name not yet. */
export const numberInPart = (names: RollNames, name: string): number | undefined =>
  name.startsWith('.') && name.endsWith('.part') ? numberIn(names, name.slice(1, -'.part'.length)) : undefined
