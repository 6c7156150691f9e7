import type { Part, PartKind } from '@heddle/core'
import type { Mount } from './mount.ts'

const offered = new WeakMap<Part, readonly Mount[]>()

/** What is served beside commands is nothing that anybody outside depends on. */
const offerKind: PartKind = { name: 'offered mounts', compare: () => [] }

/**
 * Mounts something on every HTTP surface of an app that does not mount it itself: for tools, which open apps of others.
 *
 * @example app('bank', { ...definition, parts: [...definition.parts, offerMounts('tool', [consolePage()])] })
 */
export function offerMounts(name: string, mounts: readonly Mount[]): Part {
  const part: Part = { kind: offerKind, name, describe: () => ({}), simulated: () => part }
  offered.set(part, mounts)
  return part
}

/** What parts of an app offer. */
export const offeredMounts = (parts: readonly Part[]): readonly Mount[] =>
  parts.flatMap((part) => offered.get(part) ?? [])
