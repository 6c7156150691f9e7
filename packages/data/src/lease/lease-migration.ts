import type { Change } from '../migration/change.ts'

/** The migration that brings the table of leases. */
export const leaseMigration: readonly Change[] = [
  {
    change: 'addTable',
    table: {
      name: 'heddle.Lease',
      key: 'name',
      columns: [
        { name: 'name', kind: 'text', nullable: false },
        { name: 'holder', kind: 'text', nullable: true },
        { name: 'token', kind: 'integer', nullable: false },
        { name: 'since', kind: 'time', nullable: false },
        { name: 'until', kind: 'time', nullable: false },
      ],
      indexes: [{ columns: ['until'], unique: false, acrossTenants: true }],
    },
  },
]
