import type { Engine } from '../engine.ts'

/** What MySQL and MariaDB can be used for. */
export const mysqlEngine: Engine = {
  title: 'MySQL, MariaDB',
  testedOn: 'MariaDB 10.11',
  library: 'mysql2',
  roles: { recordStore: 'mysqlRecords' },
}
