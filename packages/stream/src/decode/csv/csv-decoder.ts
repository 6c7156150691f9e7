import { isUtf8 } from 'node:buffer'
import { type AnyFailure, Defect, Issues } from '@heddle/core'
import type { z } from 'zod'
import { type ValueCheck, valueCheck } from '../check-value.ts'
import type { DecodeDescription, DecodedBatch, Decoder, DecoderPosition } from '../decoder.ts'
import { streamStart } from '../decoder.ts'
import { Batch } from '../batch.ts'
import { cursor, padding } from '../json/cursor.ts'
import { makeText } from '../json/make-text.ts'
import { needed } from '../json/needed.ts'
import { numberRead, simpleNumberEnd } from '../json/numbers.ts'
import { lineLimits } from '../limits.ts'
import type { DecoderOptions } from '../options.ts'
import { textOfBad } from '../text-of-bad.ts'
import { tooLong } from '../too-long.ts'
import { viewOf } from '../views.ts'
import { type Column, columnsOf, malformedCsv } from './columns.ts'
import { type CsvSyntax, ScannedField, scanField } from './csv-scanner.ts'

const lineFeed = 10
const carriageReturn = 13

/** What became of one record. */
type Read =
  | {
      readonly end: number
      /** Missing for the header. */
      readonly record?: Record<string, unknown>
      readonly errors?: readonly AnyFailure[]
    }
  | 'unfinished'

/**
 * Decodes CSV by RFC 4180. Each record becomes an object of texts, which are cast to what the type wants. A record may
 * span lines; one that breaks the rules ends with its line, so that it spoils none behind it.
 */
export class CsvDecoder implements Decoder {
  readonly #syntax: CsvSyntax
  readonly #schema: z.ZodType | undefined
  readonly #check: ValueCheck | undefined
  readonly #isRead: (name: string) => boolean
  readonly #reads: readonly string[] | undefined
  readonly #mode: DecodeDescription['mode']
  readonly #maxLineBytes: number
  readonly #names: readonly string[] | undefined
  readonly #field = new ScannedField()
  readonly #hasHeader: boolean
  #columns: readonly (Column | undefined)[] | undefined
  #columnNames: readonly string[] | undefined
  #position = streamStart
  #words: DataView = new DataView(new ArrayBuffer(0))

  constructor(options: DecoderOptions) {
    const { schema, mode = 'strict', csv = {}, maxLineBytes = lineLimits.maxLineBytes } = options
    const { delimiter = ',', quote = '"', header = true, columns } = csv
    const part = mode === 'needed' && options.needed ? needed(schema, options.needed) : undefined
    const fields = part && new Set(part.reads.map((path) => path.split('.')[0]!))
    this.#syntax = { delimiter: codeOf('delimiter', delimiter), quote: codeOf('quote', quote) }
    this.#mode = mode === 'needed' && part === undefined ? 'strict' : mode
    this.#schema = this.#mode === 'whole' ? undefined : (part?.schema ?? (part ? undefined : schema))
    this.#check = valueCheck(this.#schema, 'text')
    this.#isRead = (name) => fields === undefined || fields.has(name)
    this.#reads = fields && [...fields]
    this.#maxLineBytes = maxLineBytes
    this.#names = columns ?? (header ? undefined : namesOf(schema))
    if (!header && this.#names === undefined)
      throw invalid('a file without a header needs `columns`, or a type whose fields name them')
    this.#hasHeader = header
  }

  get position(): DecoderPosition {
    return this.#position
  }

  seek(position: DecoderPosition): void {
    this.#position = position
    this.#columns = undefined
    this.#columnNames = undefined
  }

  describe(): DecodeDescription {
    const proves = {
      strict:
        'the text is well-formed, with as many fields as there are columns, and each has the type that is declared',
      needed: 'the text is well-formed; only the fields that are read are checked',
      whole: 'the text is well-formed; types are not checked, and each field is text',
    }
    const told = { format: 'csv', mode: this.#mode, proves: proves[this.#mode] } as const
    return this.#reads ? { ...told, reads: this.#reads } : told
  }

  decode(chunk: Uint8Array, from: number, maxRecords: number, isEnd: boolean): DecodedBatch {
    const { bytes, words } = viewOf(chunk)
    const { length } = bytes
    const batch = new Batch(this.#position, from)
    this.#words = words
    let at = from
    if (this.#position.byte === 0 && bytes[from] === 0xef) {
      if (length - from < 3 && !isEnd) return { values: [], bad: [], consumed: 0, lines: 0, skips: [] }
      if (bytes[from + 1] === 0xbb && bytes[from + 2] === 0xbf) at = from + 3
    }
    at = batch.skipLine(bytes, at, length)
    while (at < length && batch.count < maxRecords) {
      if (bytes[at] === lineFeed || (bytes[at] === carriageReturn && bytes[at + 1] === lineFeed)) {
        at += bytes[at] === lineFeed ? 1 : 2
        batch.lines++
        batch.skip(1)
        continue
      }
      const read = this.#read(bytes, at)
      const isUnfinished = read === 'unfinished'
      if (length - at > this.#maxLineBytes && (isUnfinished || read.end - at > this.#maxLineBytes + 1))
        at = this.#leave(bytes, at, at + this.#maxLineBytes, tooLong(this.#maxLineBytes), batch)
      else if (!isUnfinished) at = this.#finish(bytes, at, batch.byteOf(at), read, batch)
      else if (isEnd) at = this.#readLast(bytes, at, batch)
      else break
    }
    this.#position = this.#positionOf(batch.positionAt(at))
    return { values: batch.values, bad: batch.bad, consumed: at - from, lines: batch.lines, skips: batch.skips }
  }

  #positionOf(position: DecoderPosition): DecoderPosition {
    const columns = this.#columnNames ?? this.#position.columns
    return this.#hasHeader && columns ? { ...position, columns } : position
  }

  #read(bytes: Buffer, at: number): Read {
    this.#field.lineFeeds = 0
    const columns = this.#columnsFor()
    return columns === undefined ? this.#readHeader(bytes, at) : this.#readRecord(bytes, at, columns)
  }

  /** Takes what was read. Gives back from where to go on. */
  #finish(bytes: Buffer, at: number, byte: number, read: Exclude<Read, 'unfinished'>, batch: Batch): number {
    const { end, record } = read
    const errors = read.errors ?? (record && this.#add(record, batch))
    if (errors) batch.addBad(byte, textOfBad(bytes, at, lineEnd(bytes, at, end)), errors)
    const lines = read.errors ? lineFeedsIn(bytes, at, end) : 1 + this.#field.lineFeeds
    batch.lines += lines
    batch.skip(record || errors ? lines - 1 : lines)
    return end
  }

  /** Takes a record that fits its type. Gives back what is wrong with any other. */
  #add(record: Record<string, unknown>, batch: Batch): readonly AnyFailure[] | undefined {
    const checked = this.#check === undefined ? record : this.#check.run(record)
    if (checked instanceof Issues) return this.#check!.failures(checked, record)
    batch.values.push(checked)
    return undefined
  }

  /** Reads a record that nothing stands behind: it is read as if a line feed did. */
  #readLast(bytes: Buffer, at: number, batch: Batch): number {
    const last = Buffer.alloc(bytes.length - at + 1, lineFeed)
    bytes.copy(last, 0, at)
    this.#words = viewOf(last).words
    const read = this.#read(last, 0)
    this.#words = viewOf(bytes).words
    if (read === 'unfinished') return this.#leave(bytes, at, at, malformedCsv('a quote that is not closed'), batch)
    return Math.min(at + this.#finish(last, 0, batch.byteOf(at), read, batch), bytes.length)
  }

  /** Gives up a record: it ends with the line in which a place lies. */
  #leave(bytes: Buffer, at: number, place: number, error: AnyFailure, batch: Batch): number {
    const found = bytes.indexOf(lineFeed, place)
    const end = found < 0 ? bytes.length : found + 1
    batch.addBad(batch.byteOf(at), textOfBad(bytes, at, lineEnd(bytes, at, end)), [error])
    const lines = lineFeedsIn(bytes, at, end)
    batch.lines += lines
    batch.skip(lines - 1)
    batch.isInLine = found < 0
    return end
  }

  /** The columns; undefined where the header comes first. */
  #columnsFor(): readonly (Column | undefined)[] | undefined {
    if (this.#columns !== undefined) return this.#columns
    const isPastHeader = !this.#hasHeader || this.#position.columns !== undefined
    const names = isPastHeader ? (this.#names ?? this.#position.columns) : undefined
    if (names === undefined) return undefined
    this.#columnNames = names
    return (this.#columns = columnsOf(names, this.#schema, this.#isRead))
  }

  #readHeader(bytes: Buffer, at: number): Read {
    const told: string[] = []
    let place = at
    for (;;) {
      const end = scanField(bytes, place, this.#syntax, this.#field)
      if (end === 'unfinished') return 'unfinished'
      if (end === 'misquoted') throw malformedCsv('its header is not quoted as CSV is', { line: 1 })
      told.push(this.#text(bytes).trim())
      place = cursor.at
      if (end === 'record') break
    }
    const names = this.#names ?? told
    this.#columnNames = names
    this.#columns = columnsOf(names, this.#schema, this.#isRead)
    return { end: place }
  }

  #readRecord(bytes: Buffer, at: number, columns: readonly (Column | undefined)[]): Read {
    const record: Record<string, unknown> = {}
    let place = at
    let count = 0
    let errors: AnyFailure[] | undefined
    for (;;) {
      const end = scanField(bytes, place, this.#syntax, this.#field)
      if (end === 'unfinished') return 'unfinished'
      if (end === 'misquoted') return this.#misquoted(bytes, at, cursor.at)
      const next = cursor.at
      const column = columns[count]
      if (column !== undefined) {
        const problem = this.#take(bytes, column, record)
        if (problem !== undefined) (errors ??= []).push(problem.at([column.name]))
      }
      count++
      place = next
      if (end === 'record') break
    }
    if (count !== columns.length && this.#mode !== 'whole')
      errors = [this.#wrongCount(bytes, at, place, columns, count)]
    return errors ? { end: place, errors } : { end: place, record }
  }

  /** Puts the scanned field into the record. Gives back what is wrong with it. */
  #take(bytes: Buffer, column: Column, record: Record<string, unknown>): AnyFailure | undefined {
    const { from, to, isQuoted, isDoubled, isAscii } = this.#field
    const { name } = column
    if (from === to && !isQuoted && column.empty !== 'given') {
      if (column.empty === 'null') record[name] = null
      return undefined
    }
    const isAmid = to + padding < bytes.length
    if (column.isNumber && isAmid && from < to) {
      if (simpleNumberEnd(this.#words, from) === to) {
        record[name] = numberRead[0]
        return undefined
      }
    }
    const length = to - from
    if (isAscii && !isDoubled && length <= 16 && column.cache.useful && isAmid) {
      record[name] = column.cache.take(bytes, this.#words, from, length)
      return undefined
    }
    const text = this.#text(bytes)
    if (!isAscii && text.includes('\ufffd') && !isUtf8(bytes.subarray(from, to))) return malformedCsv('it is not UTF-8')
    record[name] = text
    return undefined
  }

  #text(bytes: Buffer): string {
    const { from, to, isDoubled, isAscii } = this.#field
    const text = isAscii ? makeText(bytes, from, to - from) : bytes.toString('utf8', from, to)
    if (!isDoubled) return text
    const quote = String.fromCharCode(this.#syntax.quote)
    return text.replaceAll(quote + quote, quote)
  }

  /** A quote at a place where none belongs: the record is taken to end with this line. */
  #misquoted(bytes: Buffer, at: number, place: number): Read {
    const found = bytes.indexOf(lineFeed, place)
    if (found < 0) return 'unfinished'
    const where = placeIn(bytes, at, place)
    const reason = `a quote where none belongs, or something else behind a closing one, ${placeText(where)}`
    return { end: found + 1, errors: [malformedCsv(reason, where)] }
  }

  #wrongCount(bytes: Buffer, at: number, end: number, columns: readonly unknown[], count: number): AnyFailure {
    const where = placeIn(bytes, at, end - 1)
    const reason = `expected ${columns.length} columns but found ${count}, ${placeText(where)}`
    return malformedCsv(reason, where)
  }
}

function codeOf(name: string, text: string): number {
  const code = text.charCodeAt(0)
  if (text.length !== 1 || code > 127 || code === lineFeed || code === carriageReturn)
    throw invalid(`the ${name} is one ASCII character, not "${text}"`)
  return code
}

const invalid = (reason: string) => new Defect('InvalidDefinition', { name: 'the format csv', reason })

function namesOf(schema: z.ZodType | undefined): readonly string[] | undefined {
  return schema !== undefined && schema._zod.def.type === 'object'
    ? Object.keys((schema as z.ZodObject).shape)
    : undefined
}

/** The end of a record without what ends its line. */
function lineEnd(bytes: Buffer, from: number, to: number): number {
  let end = to
  while (end > from && (bytes[end - 1] === lineFeed || bytes[end - 1] === carriageReturn)) end--
  return end
}

function lineFeedsIn(bytes: Buffer, from: number, to: number): number {
  let count = 0
  for (let at = bytes.indexOf(lineFeed, from); at >= 0 && at < to; at = bytes.indexOf(lineFeed, at + 1)) count++
  return count
}

/** A place within a record, both from 1; a column counts bytes. */
function placeIn(bytes: Buffer, at: number, place: number): { line: number; column: number } {
  const line = 1 + lineFeedsIn(bytes, at, place)
  const begin = line === 1 ? at : bytes.lastIndexOf(lineFeed, place - 1) + 1
  return { line, column: place - begin + 1 }
}

/** The file and its line are named beside it: a record of several lines only says how far it is from there. */
const placeText = ({ line, column }: { readonly line: number; readonly column: number }): string =>
  line === 1 ? `at column ${column}` : `at column ${column}, ${line - 1} ${line === 2 ? 'line' : 'lines'} further on`
