import type { Engine } from '../engine.ts'

/** What PostgreSQL can be used for, beside being the database of an app. */
export const postgresEngine: Engine = {
  title: 'PostgreSQL',
  testedOn: 'PostgreSQL 18',
  library: 'pg',
  roles: { changes: 'postgresChanges', sink: 'postgresTable' },
}
