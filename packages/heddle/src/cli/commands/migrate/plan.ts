import { resolve } from 'node:path'
import { migrationFile, planMigration, writeMigration } from '@heddle/data'
import { exitCodes } from '@heddle/serve'
import { shown } from '../../../app-file/shown.ts'
import { parseFills } from '../../../migrate/fills.ts'
import { entitiesOf } from '../../../migrate/with-database.ts'
import { cliCommand } from '../../cli-command.ts'
import { migrationsArgument, migrationsOf } from './arguments.ts'

export default cliCommand({
  name: 'migrate plan',
  summary: 'Compare the entities with the last migration file and write the next one.',
  example: 'heddle migrate plan --name add-limits --fill bank.Account.limit=100',
  args: {
    name: { type: 'text', value: 'NAME', summary: 'Name of the file [made of the first change]' },
    fill: {
      type: 'list',
      value: 'FIELD=VALUE|FIELD=@COMMAND',
      summary: 'What old records get in a new required field',
    },
    dryRun: { type: 'boolean', summary: 'Only show what would be written' },
    migrations: migrationsArgument,
  },
  async run({ args: { name, fill, dryRun, migrations }, app: { session }, out }) {
    const app = await session.app()
    const folder = migrationsOf(migrations, app, session)
    const entities = entitiesOf(app)
    const { migration, changes, refused } = await planMigration({ entities, folder, name, fills: parseFills(fill) })
    if (refused.length > 0) {
      out.show({ refused }, ['This cannot be planned:', ...refused.map((reason) => `  ${reason}`)])
      return exitCodes.failed.code
    }
    if (!migration) {
      out.show({ changes: [] }, ['nothing changed since the last migration'])
      return undefined
    }
    const file = dryRun ? resolve(folder, migrationFile(migration)) : await writeMigration(folder, migration)
    const said = dryRun ? 'would be written' : 'written; apply it with `heddle migrate apply`'
    out.show({ file, changes }, [...changes.map((change) => `  ${change}`), '', `${shown(file)} ${said}`])
    return undefined
  },
})
