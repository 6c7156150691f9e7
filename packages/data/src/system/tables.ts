import { historyMigration } from '../history/history-migration.ts'
import { eventMigration } from '../events/event-tables.ts'
import { accessMigration } from '../access/tables.ts'
import { leaseMigration } from '../lease/lease-migration.ts'
import { memberMigration } from '../membership/member-migration.ts'
import { definitionMigration } from '../runtime/definition-record.ts'
import { jobLetterMigration } from './job-letter-migration.ts'
import { secretLetterMigration } from './secret-letter-migration.ts'
import { blobMigration } from '../blob/blob-tables.ts'
import { workMigration } from '../work/work-tables.ts'
import { appMigration } from './app-migration.ts'
import { deploymentHashMigration } from './deployment-hash-migration.ts'
import { jobMigration } from '../jobs/job-tables.ts'
import { gatheredMigration } from '../plans/gathered-tables.ts'
import { planMigration } from '../plans/plan-tables.ts'
import type { Change } from '../migration/change.ts'

/**
 * The system tables' own migrations. The number of those that a database has is its format; a migration that has been
 * released is never edited, only followed by another.
 */
export const systemMigrations: readonly (readonly Change[])[] = [
  [
    {
      change: 'addTable',
      table: {
        name: 'heddle.Table',
        key: 'name',
        columns: [
          { name: 'name', kind: 'text', nullable: false },
          { name: 'shape', kind: 'json', nullable: false },
        ],
        indexes: [],
      },
    },
    {
      change: 'addTable',
      table: {
        name: 'heddle.Migration',
        key: 'number',
        columns: [
          { name: 'number', kind: 'integer', nullable: false },
          { name: 'name', kind: 'text', nullable: false },
          { name: 'checksum', kind: 'text', nullable: false },
          { name: 'steps', kind: 'integer', nullable: false },
          { name: 'done', kind: 'boolean', nullable: false },
          { name: 'at', kind: 'time', nullable: false },
        ],
        indexes: [],
      },
    },
    {
      change: 'addTable',
      table: {
        name: 'heddle.Answer',
        key: 'address',
        columns: [
          { name: 'address', kind: 'text', nullable: false },
          { name: 'inputHash', kind: 'text', nullable: false },
          { name: 'answer', kind: 'text', nullable: false },
          { name: 'at', kind: 'time', nullable: false },
        ],
        indexes: [{ columns: ['at'], unique: false, acrossTenants: true }],
      },
    },
    {
      change: 'addTable',
      table: {
        name: 'heddle.DeadLetter',
        key: 'id',
        columns: [
          { name: 'id', kind: 'text', nullable: false },
          { name: 'command', kind: 'text', nullable: false },
          { name: 'origin', kind: 'text', nullable: true },
          { name: 'input', kind: 'json', nullable: false },
          { name: 'errors', kind: 'json', nullable: false },
          { name: 'at', kind: 'time', nullable: false },
        ],
        indexes: [
          { columns: ['command', 'id'], unique: false },
          { columns: ['at'], unique: false, acrossTenants: true },
        ],
      },
    },
    {
      change: 'addTable',
      table: {
        name: 'heddle.Deployment',
        key: 'id',
        columns: [
          { name: 'id', kind: 'text', nullable: false },
          { name: 'manifest', kind: 'json', nullable: false },
          { name: 'at', kind: 'time', nullable: false },
        ],
        indexes: [],
      },
    },
  ],
  eventMigration,
  accessMigration,
  leaseMigration,
  memberMigration,
  blobMigration,
  secretLetterMigration,
  definitionMigration,
  historyMigration,
  workMigration,
  planMigration,
  gatheredMigration,
  appMigration,
  deploymentHashMigration,
  jobMigration,
  jobLetterMigration,
]
