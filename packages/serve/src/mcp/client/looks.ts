import type { Json } from '@heddle/core'

/** How often a part of a schema is looked at for one value, at most: some schemas double it with each of their lines. */
const mostLooks = 300_000

/** Thrown where a value is left open. */
export class TooManyLooks extends Error {}

/** Counts how often parts of a schema are looked at for one value. */
export class Looks {
  #count = 0

  begin(): void {
    this.#count = 0
  }

  /** @throws {TooManyLooks} */
  look(): void {
    if (++this.#count > mostLooks) throw new TooManyLooks()
  }

  /** The same schema, of which each look at a part counts: what checks values by it asks each part for its `type`. */
  counted(schema: Json): Json {
    if (typeof schema !== 'object' || schema === null) return schema
    if (Array.isArray(schema)) return schema.map((each: Json) => this.counted(each))
    const parts = (Object.entries(schema) as [string, Json][]).map(
      ([keyword, value]) => [keyword, this.counted(value)] as const,
    )
    const counted = Object.fromEntries(parts) as Record<string, Json>
    const { type } = counted
    const get = () => {
      this.look()
      return type
    }
    return Object.defineProperty(counted, 'type', { get, enumerable: type !== undefined, configurable: true })
  }
}
