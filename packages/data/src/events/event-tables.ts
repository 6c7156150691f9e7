import type { Column, Table } from '../database/table.ts'
import { withEncrypted } from '../encryption/encrypted-columns.ts'
import type { Change } from '../migration/change.ts'

const text = (name: string, nullable = false): Column => ({ name, kind: 'text', nullable })
const integer = (name: string): Column => ({ name, kind: 'integer', nullable: false })
const json = (name: string): Column => ({ name, kind: 'json', nullable: false })
const time = (name: string): Column => ({ name, kind: 'time', nullable: false })

/** The tenant is a column like others: the offsets of all tenants are one sequence, in rows of the system's tenant. */
const columns: readonly Column[] = [
  integer('offset'),
  text('tenant'),
  text('id'),
  text('name'),
  integer('version'),
  text('key'),
  json('data'),
  time('at'),
  text('principal', true),
  text('traceId', true),
]

/** The events that commands emitted. */
export const eventTable: Table = { name: 'heddle.Event', key: 'offset', columns, indexes: [], growing: true }

/** The events of streams, which are kept for good. Their key is the stream, their number the place in it. */
export const streamEventTable: Table = {
  name: 'heddle.StreamEvent',
  key: 'offset',
  columns: [...columns, integer('number')],
  indexes: [{ columns: ['tenant', 'key', 'number'], unique: true }],
  growing: true,
}

/** The same tables, for events with marked data. */
export const [secretEventTable, secretStreamEventTable] = [
  withEncrypted(eventTable, 'data'),
  withEncrypted(streamEventTable, 'data'),
]

/** The migration that brings the tables of events. */
export const eventMigration: readonly Change[] = [
  { change: 'addTable', table: eventTable },
  { change: 'addTable', table: streamEventTable },
  {
    change: 'addTable',
    table: { name: 'heddle.Stream', key: 'stream', columns: [text('stream'), integer('length')], indexes: [] },
  },
  {
    change: 'addTable',
    table: {
      name: 'heddle.Snapshot',
      key: 'stream',
      columns: [text('stream'), integer('length'), text('version'), json('state')],
      indexes: [],
    },
  },
  {
    change: 'addTable',
    table: {
      name: 'heddle.Reader',
      key: 'name',
      columns: [
        text('name'),
        integer('offset'),
        integer('version'),
        integer('generation'),
        { name: 'rebuilding', kind: 'boolean', nullable: false },
        time('at'),
      ],
      indexes: [],
    },
  },
]
