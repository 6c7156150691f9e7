/**
 * Reads the messages of PostgreSQL's own output plugin, `pgoutput`, in version 1 of its protocol.
 * https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html
 *
 * Values stay the texts that the server sent: `undefined` stands for a large one that was not changed and is not told.
 */
export type Cell = string | null | undefined

/** A column of a table, as the log tells it. */
export interface RelationColumn {
  readonly name: string
  /** PostgreSQL's number of its type. */
  readonly type: number
  /** Whether it is part of what rows are known by. */
  readonly isKey: boolean
}

/** A table, as it was when the changes that follow were made. */
export interface Relation {
  readonly kind: 'relation'
  readonly oid: number
  readonly schema: string
  readonly name: string
  readonly columns: readonly RelationColumn[]
}

/** The old row of a change: all of it, or only the columns that it is known by. */
export interface OldRow {
  readonly isWhole: boolean
  readonly cells: readonly Cell[]
}

export type PgMessage =
  | { readonly kind: 'begin'; readonly lsn: bigint; readonly micros: bigint; readonly xid: number }
  | { readonly kind: 'commit'; readonly lsn: bigint; readonly end: bigint }
  | Relation
  | { readonly kind: 'insert'; readonly oid: number; readonly after: readonly Cell[] }
  | { readonly kind: 'update'; readonly oid: number; readonly before?: OldRow; readonly after: readonly Cell[] }
  | { readonly kind: 'delete'; readonly oid: number; readonly before: OldRow }
  | { readonly kind: 'truncate'; readonly oids: readonly number[] }
  | { readonly kind: 'other' }

/** Microseconds from 1970 to 2000, where PostgreSQL's time begins. */
export const postgresEpochMicros = 946_684_800_000_000n

const code = (letter: string) => letter.charCodeAt(0)
const letters = { B: code('B'), C: code('C'), R: code('R'), I: code('I'), U: code('U'), D: code('D'), T: code('T') }

/** Whether a message ends a transaction. */
export const isCommit = (message: Buffer): boolean => message[0] === letters.C

export function parseMessage(message: Buffer): PgMessage {
  const read = new Bytes(message, 1)
  switch (message[0]) {
    case letters.B:
      return { kind: 'begin', lsn: read.int64(), micros: read.int64() + postgresEpochMicros, xid: read.int32() }
    case letters.C:
      read.int8()
      return { kind: 'commit', lsn: read.int64(), end: read.int64() }
    case letters.R:
      return readRelation(read)
    case letters.I: {
      const oid = read.oid()
      read.int8()
      return { kind: 'insert', oid, after: read.tuple() }
    }
    case letters.U: {
      const oid = read.oid()
      const before = read.next() === code('N') ? undefined : read.oldRow()
      read.int8()
      return { kind: 'update', oid, ...(before && { before }), after: read.tuple() }
    }
    case letters.D:
      return { kind: 'delete', oid: read.oid(), before: read.oldRow() }
    case letters.T: {
      const count = read.int32()
      read.int8()
      return { kind: 'truncate', oids: Array.from({ length: count }, () => read.oid()) }
    }
    default:
      return { kind: 'other' }
  }
}

function readRelation(read: Bytes): Relation {
  const oid = read.oid()
  // The schema of the system's own tables is told as an empty text.
  const schema = read.text() || 'pg_catalog'
  const name = read.text()
  read.int8()
  const columns = Array.from({ length: read.int16() }, () => {
    const isKey = (read.int8() & 1) === 1
    const column = { name: read.text(), type: read.oid(), isKey }
    read.int32()
    return column
  })
  return { kind: 'relation', oid, schema, name, columns }
}

/** Reads the fields of a message, one after the other. */
class Bytes {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  next(): number {
    return this.#bytes[this.#at]!
  }

  int8(): number {
    return this.#bytes.readInt8(this.#move(1))
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#move(2))
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#move(4))
  }

  oid(): number {
    return this.#bytes.readUInt32BE(this.#move(4))
  }

  int64(): bigint {
    return this.#bytes.readBigInt64BE(this.#move(8))
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.#at)
    return this.#bytes.toString('utf8', this.#move(end - this.#at + 1), end)
  }

  oldRow(): OldRow {
    return { isWhole: this.int8() === code('O'), cells: this.tuple() }
  }

  tuple(): Cell[] {
    return Array.from({ length: this.int16() }, () => this.#cell())
  }

  #cell(): Cell {
    const kind = this.int8()
    if (kind === code('n')) return null
    if (kind === code('u')) return undefined
    const length = this.int32()
    const from = this.#move(length)
    return this.#bytes.toString('utf8', from, from + length)
  }

  #move(count: number): number {
    const at = this.#at
    this.#at += count
    return at
  }
}
