import { mayGenerateCode } from '@heddle/core'
import { readInAnyOrder, type Reading, readSlot } from './any-order.ts'
import { cursor, unusual } from './cursor.ts'
import { generateReader, missed, type ReadRecord } from './generate-reader.ts'
import { layoutOf } from './layout.ts'
import { type Shape, shapeOfValue } from './shape.ts'
import { type ObjectSlot, objectSlot, slotOf } from './slots.ts'
import { lineFeedFrom } from './words.ts'

/** After so many records in a row that were laid out in another way, that way is learned. */
const patience = 16
/** So many ways are known at most: those that a record does not have are tried in vain. */
const mostKnown = 4

/**
 * Reads records of a shape. The first is read in any order; then it is expected that the others look like it, and where
 * one does not, it is read in any order too. What comes out depends on the bytes alone, not on what was read before.
 */
export function recordReader(shape: Shape, reading: Reading): ReadRecord {
  const { proves, maxDepth } = reading
  const slot = slotOf(shape)
  if (slot.kind === 'object') {
    const inAnyOrder: ReadRecord = (bytes, words, at) =>
      bytes[at] === 123 ? readInAnyOrder(slot, bytes, words, at, maxDepth, proves, true) : unusual
    return predicting(inAnyOrder, (line) => readerLike(line, slot, reading))
  }
  const asItIs: ReadRecord = (bytes, words, at) => readSlot(slot, bytes, words, at, maxDepth, proves)
  return slot.kind === 'any' ? predictingAnything(asItIs, reading) : asItIs
}

/** The same for records of which nothing is known: what the first looks like is known then. */
export function predictingAnything(read: ReadRecord, reading: Reading): ReadRecord {
  return predicting(read, (line) => {
    const shape = shapeOfValue(line.record)
    return shape?.kind === 'object' ? readerLike(line, objectSlot(shape), reading) : undefined
  })
}

function readerLike({ record, isCompact }: Line, slot: ObjectSlot, reading: Reading): ReadRecord | undefined {
  const layout = layoutOf(record, slot)
  return layout && generateReader(slot, layout, reading, isCompact)
}

/** A line from which is learned what others look like. */
interface Line {
  readonly record: unknown
  /** Whether no spaces stand between what it consists of. */
  readonly isCompact: boolean
}

/**
 * @param read reads a record however it is laid out
 * @param learn makes a reader of records that look like one that stands in a line
 */
function predicting(read: ReadRecord, learn: (line: Line) => ReadRecord | undefined): ReadRecord {
  if (!mayGenerateCode()) return read
  const known: ReadRecord[] = []
  let inARow = patience
  return (bytes, words, at) => {
    for (let index = 0; index < known.length; index++) {
      const record = known[index]!(bytes, words, at)
      if (record === missed) continue
      // The next one probably looks like this one.
      if (index > 0) [known[0], known[index]] = [known[index]!, known[0]!]
      inARow = 0
      return record
    }
    cursor.isSure = false
    const record = read(bytes, words, at)
    if (record !== unusual && ++inARow > patience && known.length < mostKnown) {
      inARow = 0
      const { at: end } = cursor
      const line = parsed(bytes.toString('utf8', at, lineFeedFrom(words, at)))
      const learned = line === undefined ? undefined : learn(line)
      if (learned) known.push(learned)
      cursor.at = end
    }
    return record
  }
}

const string = /"(?:[^"\\]|\\.)*"/g

/** The rest of a line that nobody proves may be anything. */
function parsed(line: string): Line | undefined {
  try {
    return { record: JSON.parse(line) as unknown, isCompact: !/\s/.test(line.trimEnd().replace(string, '""')) }
  } catch {
    return undefined
  }
}
