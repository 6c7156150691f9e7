import { relative, resolve } from 'node:path'
import { buildApp } from '../../build/build-app.ts'
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
    ;(await session.app()).manifest()
    const built = await buildApp(session.file, resolve(cwd, args.out))
    const start = relative(cwd, built.start)
    out.show({ ...built, files: [...built.files], external: [...built.external] }, [
      ...built.files.map(({ name, sizeBytes }) => `  ${name}  ${Math.ceil(sizeBytes / 1024)} KiB`),
      ...(built.external.length > 0 ? [`needs beside it: ${built.external.join(', ')}`] : []),
      `start it with: node ${start}`,
    ])
  },
})
