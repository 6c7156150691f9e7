import type { Part } from '@heddle/core'
import type { AnyEntity } from './entity.ts'
import type { OnDelete } from './references.ts'

/** An entity that refers to another one, and what becomes of its records when those of the other go. */
interface Referring {
  readonly entity: AnyEntity
  readonly onDelete: OnDelete
}

/** Every command of an app asks, so its references are sorted once. */
const known = new WeakMap<readonly Part[], ReadonlyMap<AnyEntity, readonly Referring[]>>()

/**
 * Whether another record can forbid the removal of one: by a reference to it, or to one that is removed with it.
 *
 * @param parts those of the app, whose entities are looked at
 */
export function mayBeHeld(entity: AnyEntity, parts: readonly Part[]): boolean {
  const referring = known.get(parts) ?? sorted(parts)
  known.set(parts, referring)
  // Grows while it is gone through, by what is removed along.
  const removed = new Set([entity])
  for (const target of removed) {
    for (const { entity: other, onDelete } of referring.get(target) ?? []) {
      if (onDelete === 'restrict') return true
      if (onDelete === 'cascade') removed.add(other)
    }
  }
  return false
}

function sorted(parts: readonly Part[]): ReadonlyMap<AnyEntity, readonly Referring[]> {
  const found = new Map<AnyEntity, Referring[]>()
  for (const part of parts) {
    if (!isEntity(part)) continue
    for (const { target, onDelete } of part.references) {
      const others = found.get(target) ?? []
      others.push({ entity: part, onDelete })
      found.set(target, others)
    }
  }
  return found
}

const isEntity = (part: Part): part is AnyEntity => 'references' in part && 'table' in part
