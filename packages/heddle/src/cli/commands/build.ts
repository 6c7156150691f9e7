import { relative, resolve } from 'node:path'
import { buildApp } from '../../build/build-app.ts'
import { buildMigrations } from '../../build/build-migrations.ts'
import { cliCommand } from '../cli-command.ts'
import { sessionFor } from '../session.ts'

export default cliCommand({
  name: 'build',
  summary: 'Put the app and all that it uses into a few files, which start in less time: node dist/start.js.',
  example: 'heddle build app.ts --out dist',
  args: {
    file: { type: 'positional', optional: true, summary: 'The file of the app' },
    out: {
      type: 'text',
      value: 'FOLDER',
      default: 'dist',
      summary: 'Where the files go; an earlier build there is replaced',
    },
  },
  async run({ args, app, out }) {
    const session = sessionFor(app.session, args.file)
    const { cwd } = app.session.around
    // What is wrong with the app is said before anything is written.
    const declared = await session.app()
    declared.manifest()
    const { files: migrations, unplanned } = await buildMigrations(declared, session.root)
    const built = await buildApp(session.file, resolve(cwd, args.out), migrations)
    const start = relative(cwd, built.start)
    const found = { ...built, files: [...built.files], external: [...built.external], unplanned: [...unplanned] }
    out.show(found, [
      ...built.files.map(({ name, sizeBytes }) => `  ${name}  ${Math.ceil(sizeBytes / 1024)} KiB`),
      ...(built.external.length > 0 ? [`needs beside it: ${built.external.join(', ')}`] : []),
      ...(migrations ? [`migrate its database with: node ${start} migrate`] : []),
      ...(unplanned.length > 0 ? ['in production it does not start before there are migration files for:'] : []),
      ...unplanned.map((change) => `  ${change}`),
      ...(unplanned.length > 0 ? ['write them with `heddle migrate plan`, and build it again'] : []),
      `start it with: node ${start}`,
    ])
  },
})
