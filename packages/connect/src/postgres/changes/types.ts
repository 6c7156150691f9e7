import type { Client } from 'pg'
import { readRows } from '../client.ts'
import { type ReadValue, readerOf, type TypeFacts } from './values.ts'

/** Knows how the values of a database's types are read. What it does not know yet it asks the database. */
export class ValueTypes {
  readonly #known = new Map<number, TypeFacts>()

  /** One reader for each type, in the order of the types. */
  async readers(client: Client, types: readonly number[]): Promise<readonly ReadValue[]> {
    for (;;) {
      const readers = types.map((type) => readerOf(type, this.#known))
      if (readers.every((reader) => reader !== undefined)) return readers
      await this.#learn(client, types)
    }
  }

  /** Learns the types and all that they are made of. One that was dropped since is text. */
  async #learn(client: Client, types: readonly number[]): Promise<void> {
    let wanted = [...new Set(types)].filter((type) => !this.#known.has(type))
    while (wanted.length > 0) {
      for (const type of wanted) this.#known.set(type, {})
      const rows = await readRows(
        client,
        `SELECT t.oid, t.typtype, t.typbasetype, t.typcategory, t.typelem, e.typdelim
           FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem WHERE t.oid = ANY($1::oid[])`,
        [wanted],
      )
      const below: number[] = []
      for (const [oid, kind, base, category, items, delimiter] of rows) {
        if (kind === 'd') {
          this.#known.set(Number(oid), { base: Number(base) })
          below.push(Number(base))
        } else if (category === 'A') {
          this.#known.set(Number(oid), { items: Number(items), delimiter: delimiter ?? ',' })
          below.push(Number(items))
        }
      }
      wanted = below.filter((type) => !this.#known.has(type))
    }
  }
}
