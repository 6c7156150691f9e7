import type { Json } from '@heddle/core'
import { type ArrayTexts, parseArray } from './array-text.ts'

/** What is known of a type that is not built in. */
export interface TypeFacts {
  /** A domain: the type below it. */
  readonly base?: number
  /** An array: the type of its elements. */
  readonly items?: number
  /** @default ',' */
  readonly delimiter?: string
}

/** A value of a column as plain JSON, from the text that PostgreSQL writes. */
export type ReadValue = (text: string) => Json

const toText: ReadValue = (text) => text
/** What is no number in JSON, `NaN` and the infinities, stays text. */
const toNumber: ReadValue = (text) => (Number.isFinite(Number(text)) ? Number(text) : text)
/** A whole number that JavaScript's numbers do not hold exactly stays exact, as text. */
const toInteger: ReadValue = (text) => (Number.isSafeInteger(Number(text)) ? Number(text) : text)
/** ISO 8601 with all digits that the server has; infinities and times before our era stay as they are. */
const toTime: ReadValue = (text) => {
  const [, date, time, zone = ''] = /^(\d{4}-\d\d-\d\d) ([\d:.]+)(\+00)?$/.exec(text) ?? []
  return date === undefined ? text : `${date}T${time}${zone && 'Z'}`
}
const toBytes: ReadValue = (text) => Buffer.from(text.slice(2), 'hex').toString('base64')

/** By PostgreSQL's number of a type. What is not named stays text, so that nothing of it is lost, as with `numeric`. */
const readers: ReadonlyMap<number, ReadValue> = new Map<number, ReadValue>([
  [16, (text) => text === 't'],
  [17, toBytes],
  [20, toInteger],
  [21, toNumber],
  [23, toNumber],
  [26, toNumber],
  [114, (text) => JSON.parse(text) as Json],
  [700, toNumber],
  [701, toNumber],
  [1114, toTime],
  [1184, toTime],
  [3802, (text) => JSON.parse(text) as Json],
])

/** How values of a type are read; undefined where the type has to be looked up first. */
export function readerOf(type: number, known: ReadonlyMap<number, TypeFacts>): ReadValue | undefined {
  const builtIn = readers.get(type)
  if (builtIn) return builtIn
  const facts = known.get(type)
  if (!facts) return undefined
  if (facts.base !== undefined) return readerOf(facts.base, known)
  if (facts.items === undefined) return toText
  const readItem = readerOf(facts.items, known)
  return readItem && ((text) => readItems(parseArray(text, facts.delimiter), readItem))
}

const readItems = (items: ArrayTexts, read: ReadValue): Json =>
  items.map((item) => (item === null ? null : typeof item === 'string' ? read(item) : readItems(item, read)))
