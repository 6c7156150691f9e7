import type { AnyEntity } from '../entity/entity.ts'
import type { Reference } from '../entity/references.ts'

/** A field of some entity that refers to another one. */
export interface Referrer {
  readonly entity: AnyEntity
  readonly reference: Reference
}

/** The entities that one open database serves, and what refers to what among them. */
export class Catalog {
  readonly #entities = new Map<string, AnyEntity>()
  readonly #referrers = new Map<string, Referrer[]>()

  /** Takes an entity in; one of the same name that was there before is replaced. */
  add(entity: AnyEntity): void {
    if (this.#entities.get(entity.name) === entity) return
    this.remove(entity.name)
    this.#entities.set(entity.name, entity)
    for (const reference of entity.references) {
      const { name } = reference.target
      this.#referrers.set(name, [...(this.#referrers.get(name) ?? []), { entity, reference }])
    }
  }

  remove(name: string): void {
    const old = this.#entities.get(name)
    if (!old) return
    this.#entities.delete(name)
    for (const [target, referrers] of this.#referrers) {
      this.#referrers.set(
        target,
        referrers.filter(({ entity }) => entity !== old),
      )
    }
  }

  get(name: string): AnyEntity | undefined {
    return this.#entities.get(name)
  }

  /** The fields that refer to an entity. */
  referrersOf(entity: AnyEntity): readonly Referrer[] {
    return this.#referrers.get(entity.name) ?? none
  }
}

const none: readonly never[] = []
