import type { Change } from '../migration/change.ts'

/** What dead letters with marked inputs hold, and how often each was replayed. */
export const secretLetterMigration: readonly Change[] = [
  { change: 'addColumn', table: 'heddle.DeadLetter', column: { name: 'masked', kind: 'boolean', nullable: true } },
  { change: 'addColumn', table: 'heddle.DeadLetter', column: { name: 'replays', kind: 'integer', nullable: true } },
  {
    change: 'addColumn',
    table: 'heddle.DeadLetter',
    column: { name: 'secret', kind: 'json', nullable: true, encrypted: true },
  },
]
