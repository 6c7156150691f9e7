import { applyMigrations, migrationFile } from '@heddle/data'
import { commandRunner } from '../../../migrate/command-runner.ts'
import { withDatabase } from '../../../migrate/with-database.ts'
import { cliCommand } from '../../cli-command.ts'
import { migrationsArgument, migrationsOf } from './arguments.ts'

export default cliCommand({
  name: 'migrate apply',
  summary: 'Apply the migration files that are open; one that was cut short goes on.',
  example: 'heddle migrate apply',
  args: { migrations: migrationsArgument },
  async run({ args: { migrations }, app: { session }, out }) {
    const app = await session.app()
    const folder = migrationsOf(migrations, app, session)
    const applied = await withDatabase(app, session, async (bare) => {
      const runner = commandRunner(app, bare)
      try {
        return await applyMigrations({ database: bare.database, folder, runCommand: (command) => runner.run(command) })
      } finally {
        await runner.close()
      }
    })
    const files = applied.map(migrationFile)
    out.show({ applied: files }, files.length === 0 ? ['nothing is open'] : files.map((file) => `applied ${file}`))
  },
})
