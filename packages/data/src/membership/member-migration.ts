import type { Change } from '../migration/change.ts'

/** The migration that brings the table of members. */
export const memberMigration: readonly Change[] = [
  {
    change: 'addTable',
    table: {
      name: 'heddle.Member',
      key: 'id',
      columns: [
        { name: 'id', kind: 'text', nullable: false },
        { name: 'app', kind: 'text', nullable: false },
        { name: 'host', kind: 'text', nullable: false },
        { name: 'pid', kind: 'integer', nullable: false },
        { name: 'manifest', kind: 'text', nullable: false },
        { name: 'since', kind: 'time', nullable: false },
        { name: 'seen', kind: 'time', nullable: false },
      ],
      indexes: [{ columns: ['seen'], unique: false, acrossTenants: true }],
    },
  },
]
