import { migrationFile, migrationStatus } from '@heddle/data'
import { withDatabase } from '../../../migrate/with-database.ts'
import { cliCommand } from '../../cli-command.ts'
import { migrationsArgument, migrationsOf } from './arguments.ts'

export default cliCommand({
  name: 'migrate status',
  summary: 'Tell which migration files are applied, begun and open; ends with 1 while one is not applied.',
  example: 'heddle migrate status --json',
  args: { migrations: migrationsArgument },
  async run({ args: { migrations }, app: { session }, out }) {
    const app = await session.app()
    const folder = migrationsOf(migrations, app, session)
    const states = await withDatabase(app, session, ({ database }) => migrationStatus({ database, folder }))
    const rows = states.map(({ migration, state, changes }) => ({
      state,
      file: migrationFile(migration),
      changes: changes.join('; '),
    }))
    out.show(rows, rows.length === 0 ? ['there are no migration files'] : out.table(rows))
    return rows.every(({ state }) => state === 'applied') ? undefined : 1
  },
})
