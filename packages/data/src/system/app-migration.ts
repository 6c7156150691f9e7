import type { Change } from '../migration/change.ts'

/** The migration that brings the table that names the app. */
export const appMigration: readonly Change[] = [
  {
    change: 'addTable',
    table: {
      name: 'heddle.App',
      key: 'key',
      columns: [
        { name: 'key', kind: 'text', nullable: false },
        { name: 'name', kind: 'text', nullable: false },
      ],
      indexes: [],
    },
  },
]
