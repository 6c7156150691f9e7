import {
  type DataUnit,
  EntryRecord,
  HeldRecord,
  RunRecord,
  SecretEntryRecord,
  SecretRunRecord,
  type Table,
  type Write,
} from '@heddle/data'
import { contentsIn, contentsOf, farOf, type FarFile } from './far.ts'

type Content = Omit<FarFile, 'path'>

/** Where the values of runs stand in the rows of a table: those that come with a new row, and those that come later. */
interface Places {
  readonly first: readonly number[]
  readonly later: readonly number[]
}

const inRun = ({ columns }: Table): Places => {
  const at = (name: string) => columns.findIndex((column) => column.name === name)
  return { first: [at('input'), at('outcome')], later: [at('outcome')] }
}
const inEntry = ({ columns }: Table): Places => {
  const first = [columns.findIndex(({ name }) => name === 'value')]
  return { first, later: first }
}
const places = new Map<Table, Places>([
  ...[RunRecord, SecretRunRecord].map(({ table }) => [table, inRun(table)] as const),
  ...[EntryRecord, SecretEntryRecord].map(({ table }) => [table, inEntry(table)] as const),
])

/**
 * What must be written with rows of runs so that the contents stay to which they refer: a run holds them, each time that
 * one of its values refers to them, until it is removed.
 */
export function holdsOf(writes: readonly Write[], newId: () => string): Write[] {
  const holds: Write[] = []
  for (const write of writes) {
    if (write.kind === 'delete') continue
    const found = places.get(write.table)
    if (!found) continue
    const { values } = write
    for (const place of write.kind === 'update' ? found.later : found.first) {
      const contents = contentsIn(values[place])
      if (contents.length === 0) continue
      const [run] = String(values[0]).split('/')
      const { table, codec } = HeldRecord
      holds.push({ kind: 'insert', table, values: codec.encode(record(run!, contents, newId())), absent: false })
    }
  }
  return holds
}

/** The same for a value that is written in a unit of work. */
export function holdIn(unit: DataUnit, run: string, value: unknown, newId: () => string): void {
  const found = farOf(value)
  if (!found) return
  const held = record(run, contentsOf(found), newId())
  unit.put(HeldRecord, held.id, held as never, HeldRecord.codec.encode(held), 0)
}

/** Whether writes change what runs hold. */
export const isCounted = (writes: readonly Write[]): boolean => writes.some(({ table }) => table === HeldRecord.table)

const record = (run: string, contents: readonly Content[], id: string) => ({
  id: `${run}/${id}`,
  contents: contents.map(({ name, ...rest }) => ({ ...rest, ...(name !== null && { name }) })),
})
