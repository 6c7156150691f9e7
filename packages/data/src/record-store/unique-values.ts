import type { Table, Value } from '../database/table.ts'

/** A unique index of a table. */
export interface UniqueIndex {
  readonly columns: readonly string[]
  /** The values of a record in it, as text that is equal for equal values; undefined where one is missing. */
  textOf(values: readonly Value[]): string | undefined
}

/** The unique indexes of a table. */
export function uniqueIndexes({ columns, indexes }: Table): readonly UniqueIndex[] {
  return indexes
    .filter(({ unique }) => unique)
    .map(({ columns: names }) => {
      const places = names.map((name) => columns.findIndex((column) => column.name === name))
      return {
        columns: names,
        textOf(values) {
          const own = places.map((place) => values[place] as Value)
          if (own.includes(null)) return undefined
          return JSON.stringify(own.map((value) => (typeof value === 'bigint' ? `${value}` : value)))
        },
      }
    })
}
