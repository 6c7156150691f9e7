import type { Row, Value } from '../database/table.ts'
import type { FieldType } from './field-type.ts'
import type { JsonCodec } from './json-codec.ts'
import { type FieldDecoder, recordDecoder } from './record-decoder.ts'

/** A record of any entity, inside this package. */
export type AnyRecord = Readonly<Record<string, unknown>>

/** Turns records into stored values and back, in the order of the table's columns. */
export interface RecordCodec {
  /** @throws {TypeError} for a value that would come back changed */
  encode(record: AnyRecord): Value[]
  encodeField(name: string, value: unknown): Value
  /** A frozen record. */
  decode(row: Row): AnyRecord
  decodeValues(values: readonly Value[]): AnyRecord
}

type Encode = (value: unknown) => Value

/** Builds the two directions from the fields. */
export function recordCodec(fields: readonly FieldType[]): RecordCodec {
  const names = fields.map(({ column }) => column.name)
  const encoders = fields.map(encoder)
  const decode = recordDecoder(fields.map(fieldDecoder))
  /** Json whose type has null among its values keeps it as JSON, apart from a missing value. */
  const holdsNull = fields.map(({ column, nullWhenMissing }) => column.kind === 'json' && !nullWhenMissing)
  const indexes = new Map(names.map((name, index) => [name, index]))

  return {
    encode(record) {
      const values: Value[] = []
      for (let index = 0; index < names.length; index++) {
        const value = record[names[index]!]
        values.push(value === undefined || (value === null && !holdsNull[index]) ? null : encoders[index]!(value))
      }
      return values
    },
    encodeField: (name, value) => (value === undefined || value === null ? null : encoders[indexes.get(name)!]!(value)),
    decode: (row) => decode(row, 1),
    decodeValues: (values) => decode(values, 0),
  }
}

function encoder({ column: { kind }, json }: FieldType): Encode {
  switch (kind) {
    case 'text':
      return text
    case 'integer':
    case 'real':
      return (value) => (value as number) + 0 // Minus zero becomes zero: databases do not keep it.
    case 'time':
      return (value) => (value as Date).getTime()
    case 'json':
      return json ? (value) => JSON.stringify(json.toJson(value)) : (value) => JSON.stringify(value)
    default:
      return (value) => value as Value
  }
}

function fieldDecoder({ column: { name, kind, nullable }, json, nullWhenMissing }: FieldType): FieldDecoder {
  const missing = nullWhenMissing ? 'null' : nullable ? 'absent' : 'never'
  if (kind === 'time') return { name, missing, decode: (value) => new Date(value as number) }
  // Whatever JSON has may be missing: null is one of its values.
  if (kind === 'json') return { name, missing: nullWhenMissing ? 'null' : 'absent', decode: decodeJson(json) }
  return { name, missing, decode: undefined }
}

const decodeJson = (json: JsonCodec | undefined) => (value: NonNullable<Value>) => {
  const parsed: unknown = JSON.parse(value as string)
  return deepFreeze(json ? json.fromJson(parsed) : parsed)
}

/** Half a surrogate pair has no UTF-8, so a database would keep something else. */
function text(value: unknown): Value {
  if (!(value as string).isWellFormed()) throw new TypeError('the text holds half of a surrogate pair')
  return value as string
}

function deepFreeze(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const part of Object.values(value)) deepFreeze(part)
  return Object.freeze(value)
}
