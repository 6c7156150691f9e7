import type { Commit, Refusal } from '../database/database.ts'
import type { Table } from '../database/table.ts'
import { type ServerError, sqlState } from './errors.ts'
import { keyOf } from './group.ts'
import { indexName, shortName } from './names.ts'
import { encodeText } from './values.ts'

/** What an error says about the one commit that was alone in its transaction; undefined when it is no refusal. */
export function refusalOf(error: ServerError, { tenant, writes, events = [] }: Commit): Refusal | undefined {
  const { code, table: tableName } = error
  if (code === sqlState.deadlock || code === sqlState.serialization || code === sqlState.lockNotAvailable) {
    return { kind: 'conflict' }
  }
  if (code !== sqlState.uniqueViolation) return undefined
  // Somebody else was faster at this place of the event's stream.
  if (events.some(({ table }) => shortName(table.name) === tableName)) return { kind: 'conflict' }
  const ofTable = writes.filter(({ table }) => shortName(table.name) === tableName)
  const table = ofTable[0]?.table
  if (!table) return undefined
  const columns = brokenColumns(error, table)
  if (columns) return { kind: 'notUnique', table: table.name, columns }
  // The unit had seen that the key was free, so somebody else was faster.
  const taken = ofTable.find((one) =>
    error.detail?.includes(`=(${encodeText(tenant)}, ${encodeText(String(keyOf(one)))})`),
  )
  const write = taken ?? ofTable.find(({ kind }) => kind === 'insert')
  const isLostRace = write?.kind === 'insert' && write.absent
  return isLostRace ? { kind: 'conflict' } : { kind: 'notUnique', table: table.name, columns: [table.key] }
}

/** The columns of the unique index that an error names; undefined when it is the key's. */
export function brokenColumns({ constraint }: ServerError, { name, indexes }: Table): readonly string[] | undefined {
  return indexes.find((index) => indexName(name, index) === constraint)?.columns
}
