import type { Column, ColumnKind, Table } from '../database/table.ts'
import { type Change, changeText, type Fill, sameIndex, type Tables } from './change.ts'

/** A change that an entity asks for. */
export interface Difference {
  readonly change: Change
  /** Old code and old records stay as they are: development applies it by itself. */
  readonly additive: boolean
  /** Set where it cannot be made as it stands. */
  readonly refused?: string
}

/** What tables are compared with: an entity, or its section of a manifest. */
export interface Target {
  readonly table: Table
  /** Whether its records can be made again, also in a table of another name. */
  readonly derived?: boolean
  readonly renamedFrom: string | undefined
  /** New field name → old one. */
  readonly renamedFields: Readonly<Record<string, string>>
  /** The default that a field's type declares. */
  defaultOf(field: string): Fill | undefined
}

/** Values for old records, by `<entity>.<field>`. */
export type Fills = Readonly<Record<string, Fill>>

/** From which kinds a value can be turned into which: what every driver can convert without loss. */
const conversions: Partial<Record<ColumnKind, readonly ColumnKind[]>> = {
  integer: ['real', 'text', 'bigint'],
  bigint: ['text'],
  boolean: ['integer'],
  time: ['integer'],
}

/** What has to change in the tables so that an entity's records fit. */
export function diffTarget(tables: Tables, target: Target, fills: Fills = {}): Difference[] {
  const { table: after, renamedFrom } = target
  const before = tables.get(after.name)
  if (before) return diffTable(before, target, fills)
  const old = renamedFrom === undefined ? undefined : tables.get(renamedFrom)
  if (!old) return [{ change: { change: 'addTable', table: after }, additive: true }]
  const rename: Change = { change: 'renameTable', table: old.name, to: after.name }
  return [{ change: rename, additive: false }, ...diffTable({ ...old, name: after.name }, target, fills)]
}

/** Entities that are gone. Their tables are only removed by a migration. */
export function removedTables(tables: Tables, targets: readonly Target[]): Difference[] {
  const kept = new Set(targets.map(({ table }) => table.name))
  const removed = [...tables.keys()].filter((name) => !kept.has(name))
  return removed.map((table) => ({ change: { change: 'removeTable', table }, additive: false }))
}

function diffTable(before: Table, target: Target, fills: Fills): Difference[] {
  const { table: after, renamedFields } = target
  const { name } = after
  const renames = new Map(
    Object.entries(renamedFields).filter(([to, from]) => hasColumn(before, from) && !hasColumn(before, to)),
  )
  const renamed = new Map([...renames].map(([to, from]) => [from, to]))
  const nameNow = (column: string) => renamed.get(column) ?? column
  const differences: Difference[] = []
  const add = (change: Change, additive: boolean, refused?: string) =>
    void differences.push({ change, additive, ...(refused && { refused: `${changeText(change)}: ${refused}` }) })

  const indexesNow = before.indexes.map((index) => ({ ...index, columns: index.columns.map(nameNow) }))
  for (const [to, column] of renames) add({ change: 'renameColumn', table: name, column, to }, false)
  for (const index of indexesNow) {
    if (!after.indexes.some((kept) => sameIndex(kept, index))) add({ change: 'removeIndex', table: name, index }, true)
  }
  const columnsNow = new Map(
    before.columns.map((column) => [nameNow(column.name), { ...column, name: nameNow(column.name) }]),
  )
  if (nameNow(before.key) !== after.key) {
    const column = columnsNow.get(nameNow(before.key))!
    add({ change: 'changeColumn', table: name, before: column, column }, false, keyRefusal(before.key, target))
  }
  for (const column of after.columns) {
    const old = columnsNow.get(column.name)
    const fill = column.nullable ? undefined : (fills[`${name}.${column.name}`] ?? target.defaultOf(column.name))
    const unfilled = column.nullable || fill || target.derived ? undefined : needsFill
    if (!old) add({ change: 'addColumn', table: name, column, ...(fill && { fill }) }, unfilled === undefined, unfilled)
    else if (old.kind !== column.kind || old.nullable !== column.nullable) {
      const narrowed = old.nullable && !column.nullable
      const change: Change = {
        change: 'changeColumn',
        table: name,
        before: old,
        column,
        ...(narrowed && fill && { fill }),
      }
      add(
        change,
        old.kind === column.kind && !narrowed,
        conversionRefusal(target, old, column) ?? (narrowed ? unfilled : undefined),
      )
    }
  }
  for (const column of columnsNow.keys()) {
    if (!hasColumn(after, column)) add({ change: 'removeColumn', table: name, column }, false)
  }
  for (const index of after.indexes) {
    if (!indexesNow.some((old) => sameIndex(old, index))) add({ change: 'addIndex', table: name, index }, true)
  }
  return differences
}

const hasColumn = ({ columns }: Table, wanted: string) => columns.some(({ name }) => name === wanted)

const needsFill = 'old records need a value: give the field a default, or name a value or a command to fill it'
const movedByCommand = 'make a new entity and move the records by a command'
const madeAgain = 'its records are derived: give it another name, under which they are made again'

const keyRefusal = (before: string, { table, derived }: Target) =>
  `the key cannot change from "${before}" to "${table.key}"; ${derived ? madeAgain : movedByCommand}`

function conversionRefusal({ table, derived }: Target, before: Column, after: Column): string | undefined {
  if (before.kind === after.kind) return undefined
  if (after.name === table.key) return `the type of a key cannot change; ${derived ? madeAgain : movedByCommand}`
  if (conversions[before.kind]?.includes(after.kind)) return undefined
  const remedy = derived ? madeAgain : 'add a new field, fill it by a command and remove the old one'
  return `there is no conversion without loss; ${remedy}`
}
