import type { Change } from '../migration/change.ts'

/** The tables of roles, principals and API keys. */
export const accessMigration: readonly Change[] = [
  {
    change: 'addTable',
    table: {
      name: 'heddle.Role',
      key: 'name',
      columns: [
        { name: 'name', kind: 'text', nullable: false },
        { name: 'permissions', kind: 'json', nullable: false },
      ],
      indexes: [],
    },
  },
  {
    change: 'addTable',
    table: {
      name: 'heddle.Principal',
      key: 'id',
      columns: [
        { name: 'id', kind: 'text', nullable: false },
        { name: 'kind', kind: 'text', nullable: false },
        { name: 'roles', kind: 'json', nullable: false },
        { name: 'disabled', kind: 'boolean', nullable: false },
      ],
      indexes: [],
    },
  },
  {
    change: 'addTable',
    table: {
      name: 'heddle.Key',
      key: 'id',
      columns: [
        { name: 'id', kind: 'text', nullable: false },
        { name: 'principal', kind: 'text', nullable: false },
        { name: 'name', kind: 'text', nullable: false },
        { name: 'hash', kind: 'text', nullable: false },
        { name: 'permissions', kind: 'json', nullable: true },
        { name: 'createdAt', kind: 'time', nullable: false },
        { name: 'endsAt', kind: 'time', nullable: true },
        { name: 'revoked', kind: 'boolean', nullable: false },
        { name: 'usedAt', kind: 'time', nullable: true },
      ],
      indexes: [
        { columns: ['principal'], unique: false },
        { columns: ['endsAt'], unique: false, acrossTenants: true },
      ],
    },
  },
]
