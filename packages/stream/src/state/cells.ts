import type { z } from 'zod'

/** One value per key. */
export interface ValueCell<Value = unknown> {
  has(): boolean
  get(): Value | undefined
  set(value: Value): void
  clear(): void
  /** Says that the value, an object, was changed in place. */
  touch(): void
}

/** A list per key. What is added at its end is kept without writing the whole list again. */
export interface ListCell<Item = unknown> {
  readonly size: number
  push(item: Item): void
  /** The items, oldest first; not to be changed. */
  all(): readonly Item[]
  /** Puts another list in its place. */
  replace(items: readonly Item[]): void
  clear(): void
}

/** A map per key. Only the entries that changed are kept anew. */
export interface MapCell<Value = unknown> {
  readonly size: number
  has(name: string | number): boolean
  get(name: string | number): Value | undefined
  set(name: string | number, value: Value): void
  delete(name: string | number): void
  /** In the order in which they were set first. */
  entries(): IterableIterator<[string | number, Value]>
  clear(): void
  /** Says that the value of an entry, an object, was changed in place. */
  touch(name: string | number): void
}

/** A timer per key, in event time. At most one moment at a time; `Out.timer` can have many. */
export interface TimerCell {
  /** When it fires; undefined while it is not set. */
  readonly at: number | undefined
  /** @param time UTC, milliseconds since 1970; it fires once the watermark has reached it */
  set(time: number): void
  clear(): void
}

/** A declared piece of state: what a checkpoint holds, and what `heddle check` compares. */
export type CellShape =
  | { readonly cell: 'value' | 'list' | 'map'; readonly schema: z.ZodType }
  | { readonly cell: 'timer' }

/** The cells of an operator, by name. */
export type CellShapes = Readonly<Record<string, CellShape>>

/** What stands for a cell while a key is at work. */
export type CellOf<Shape> = Shape extends { readonly cell: 'value'; readonly schema: z.ZodType<infer Value> }
  ? ValueCell<Value>
  : Shape extends { readonly cell: 'list'; readonly schema: z.ZodType<infer Item> }
    ? ListCell<Item>
    : Shape extends { readonly cell: 'map'; readonly schema: z.ZodType<infer Value> }
      ? MapCell<Value>
      : Shape extends { readonly cell: 'timer' }
        ? TimerCell
        : never

/** The cells of an operator as its functions are handed them: always those of the key at work. */
export type CellsOf<Shapes extends CellShapes> = { readonly [Name in keyof Shapes]: CellOf<Shapes[Name]> }

/** One value per key. @param schema the type of the value as JSON holds it */
export const value = <Schema extends z.ZodType>(schema: Schema) => ({ cell: 'value', schema }) as const

/** A list per key. @param schema the type of an item as JSON holds it */
export const list = <Schema extends z.ZodType>(schema: Schema) => ({ cell: 'list', schema }) as const

/** A map per key. @param schema the type of an entry's value as JSON holds it */
export const map = <Schema extends z.ZodType>(schema: Schema) => ({ cell: 'map', schema }) as const

/** A timer per key. */
export const timer = () => ({ cell: 'timer' }) as const
