import type { Row, Value } from '../database/table.ts'
import type { FieldType } from './field-type.ts'

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
type Decode = (value: NonNullable<Value>) => unknown

/** Builds the two directions from the fields. */
export function recordCodec(fields: readonly FieldType[]): RecordCodec {
  const names = fields.map(({ column }) => column.name)
  const encoders = fields.map(encoder)
  const decoders = fields.map(decoder)
  /** Json whose type has null among its values keeps it as JSON, apart from a missing value. */
  const holdsNull = fields.map(({ column, nullWhenMissing }) => column.kind === 'json' && !nullWhenMissing)
  const nulls = fields.map(({ nullWhenMissing }) => nullWhenMissing)
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
    decode: (row) => decodeFrom(row, 1),
    decodeValues: (values) => decodeFrom(values, 0),
  }

  function decodeFrom(values: readonly Value[], offset: number): AnyRecord {
    const record: Record<string, unknown> = {}
    for (let index = 0; index < names.length; index++) {
      const value = values[index + offset]!
      if (value !== null) record[names[index]!] = decoders[index]!(value)
      else if (nulls[index]) record[names[index]!] = null
    }
    return Object.freeze(record)
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

function decoder({ column: { kind }, json }: FieldType): Decode {
  switch (kind) {
    case 'time':
      return (value) => new Date(value as number)
    case 'json':
      return (value) => {
        const parsed: unknown = JSON.parse(value as string)
        return deepFreeze(json ? json.fromJson(parsed) : parsed)
      }
    default:
      return (value) => value
  }
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
