import type { Change } from '../migration/change.ts'

/** The hash of each deployed manifest, by which clients that were made from it name it. */
export const deploymentHashMigration: readonly Change[] = [
  { change: 'addColumn', table: 'heddle.Deployment', column: { name: 'hash', kind: 'text', nullable: true } },
  { change: 'addIndex', table: 'heddle.Deployment', index: { columns: ['hash'], unique: false } },
]
