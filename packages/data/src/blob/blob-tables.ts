import type { Table } from '../database/table.ts'
import type { Change } from '../migration/change.ts'

// Plain tables and no entities: units of work use them, on which entities rest.

/** The table of contents, in the order in which `count-uses.ts` reads its columns. */
export const blobTable: Table = {
  name: 'heddle.Blob',
  key: 'sha256',
  columns: [
    { name: 'sha256', kind: 'text', nullable: false },
    { name: 'content', kind: 'text', nullable: false },
    { name: 'sizeBytes', kind: 'integer', nullable: false },
    { name: 'uses', kind: 'integer', nullable: false },
    { name: 'present', kind: 'boolean', nullable: false },
    { name: 'at', kind: 'time', nullable: false },
  ],
  indexes: [{ columns: ['uses', 'at'], unique: false }],
}

const chunkTable: Table = {
  name: 'heddle.BlobChunk',
  key: 'id',
  columns: [
    { name: 'id', kind: 'text', nullable: false },
    { name: 'content', kind: 'text', nullable: false },
    { name: 'bytes', kind: 'text', nullable: false },
  ],
  indexes: [{ columns: ['content', 'id'], unique: false }],
}

const tenantTable: Table = {
  name: 'heddle.BlobTenant',
  key: 'tenant',
  columns: [{ name: 'tenant', kind: 'text', nullable: false }],
  indexes: [],
}

/** The migration that brings the tables of blobs. */
export const blobMigration: readonly Change[] = [blobTable, chunkTable, tenantTable].map(
  (table) => ({ change: 'addTable', table }) as const,
)

/** What keeps two from changing one content at a time. */
export const blobAddress = (tenant: string, sha256: string) => `heddle.Blob\0${tenant}\0${sha256}`
