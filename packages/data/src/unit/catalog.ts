import type { AnyEntity } from '../entity/entity.ts'
import type { Reference } from '../entity/references.ts'
import type { Schema } from '../migration/schema.ts'

/** A field of some entity that refers to another one. */
export interface Referrer {
  readonly entity: AnyEntity
  readonly reference: Reference
}

/** The entities that one open database serves, and what refers to what among them. */
export class Catalog {
  /** The tables of the database. */
  readonly schema: Schema
  readonly #entities = new Map<string, AnyEntity>()
  readonly #versions = new Map<string, number>()
  readonly #referrers = new Map<string, Referrer[]>()

  constructor(schema: Schema) {
    this.schema = schema
  }

  /**
   * Takes an entity in; one of the same name that was there before is replaced.
   *
   * @param version of its definition, where that is data
   */
  add(entity: AnyEntity, version?: number): void {
    if (version !== undefined) this.#versions.set(entity.name, version)
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

  /** The version of the definition of which an entity was made. */
  versionOf(name: string): number | undefined {
    return this.#versions.get(name)
  }

  /** Every entity, in no order. */
  all(): Iterable<AnyEntity> {
    return this.#entities.values()
  }

  /** The fields that refer to an entity. */
  referrersOf(entity: AnyEntity): readonly Referrer[] {
    return this.#referrers.get(entity.name) ?? none
  }
}

const none: readonly never[] = []
