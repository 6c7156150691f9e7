import type { Change } from '../migration/change.ts'

/** What dead letters of jobs hold, so that the job can take their records again. */
export const jobLetterMigration: readonly Change[] = [
  { change: 'addColumn', table: 'heddle.DeadLetter', column: { name: 'record', kind: 'json', nullable: true } },
  { change: 'addColumn', table: 'heddle.DeadLetter', column: { name: 'queuedFor', kind: 'text', nullable: true } },
  { change: 'addIndex', table: 'heddle.DeadLetter', index: { columns: ['queuedFor', 'id'], unique: false } },
]
