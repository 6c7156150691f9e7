import type { Column } from '../database/table.ts'
import type { Change } from '../migration/change.ts'

const text = (name: string, nullable = false): Column => ({ name, kind: 'text', nullable })

/** The table of calls. */
export const historyMigration: readonly Change[] = [
  {
    change: 'addTable',
    table: {
      name: 'heddle.Call',
      key: 'id',
      columns: [
        text('id'),
        { name: 'at', kind: 'time', nullable: false },
        { name: 'durationMs', kind: 'real', nullable: false },
        text('command'),
        text('principal', true),
        text('surface'),
        text('traceId'),
        text('code', true),
        text('key', true),
        { name: 'input', kind: 'json', nullable: false },
        { name: 'secret', kind: 'json', nullable: true, encrypted: true },
      ],
      indexes: [
        { columns: ['command', 'id'], unique: false },
        { columns: ['principal', 'id'], unique: false },
        { columns: ['code', 'id'], unique: false },
        { columns: ['at'], unique: false, acrossTenants: true },
      ],
    },
  },
]
