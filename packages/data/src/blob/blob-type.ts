import { z } from 'zod'
import type { Table } from '../database/table.ts'
import type { Fields } from '../entity/types.ts'

/** What a record keeps of a file: where its content is, and what it was called. */
export interface BlobRef {
  /** SHA-256 of the content, in hexadecimal digits: its address. */
  readonly sha256: string
  readonly sizeBytes: number
  /** Media type. */
  readonly type: string
  readonly name?: string
}

const reference = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  sizeBytes: z.int().min(0),
  type: z.string().max(255),
  name: z.string().max(255).optional(),
})
const blobTypes = new WeakSet<object>()

/**
 * A field that refers to a blob. A record that refers to it holds it: its content stays for as long as one does.
 *
 * @example entity('gallery.Photo', { key: 'id', fields: { id: z.uuid(), title: z.string(), image: blob() } })
 */
export function blob(): z.ZodType<BlobRef, BlobRef> {
  const type = reference.clone()
  blobTypes.add(type)
  return type as unknown as z.ZodType<BlobRef, BlobRef>
}

const columnsOf = new WeakMap<Table, readonly number[]>()
let isAnyKnown = false

/** Notes which columns of an entity's table refer to blobs. */
export function noteBlobColumns(table: Table, fields: Fields): void {
  const columns = table.columns.flatMap(({ name }, index) =>
    fields[name] && holdsBlob(fields[name] as unknown as z.core.$ZodType) ? [index] : [],
  )
  if (columns.length === 0) return
  columnsOf.set(table, columns)
  isAnyKnown = true
}

/** Whether any entity refers to blobs. */
export const hasBlobTables = (): boolean => isAnyKnown

/** The columns of a table that refer to blobs; undefined for one that never does. */
export const blobColumns = (table: Table): readonly number[] | undefined => columnsOf.get(table)

function holdsBlob(schema: z.core.$ZodType, seen = new Set<z.core.$ZodType>()): boolean {
  for (let type: z.core.$ZodType | undefined = schema; type; type = type._zod.parent) {
    if (blobTypes.has(type)) return true
  }
  if (seen.has(schema)) return false // A type that contains itself.
  seen.add(schema)
  const { def } = (schema as z.core.$ZodTypes)._zod
  const inner = (type: z.core.$ZodType) => holdsBlob(type, seen)
  switch (def.type) {
    case 'object':
      return Object.values(def.shape).some(inner)
    case 'array':
      return inner(def.element)
    case 'record':
      return inner(def.valueType)
    case 'union':
      return def.options.some(inner)
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
      return inner(def.innerType)
    default:
      return false
  }
}

/** The addresses in a stored value of such a column. A quote within a text is escaped, so only fields are found. */
export function addressesIn(value: unknown): readonly string[] {
  if (typeof value !== 'string') return []
  return [...value.matchAll(/"sha256":\s*"([0-9a-f]{64})"/g)].map(([, address]) => address!)
}
