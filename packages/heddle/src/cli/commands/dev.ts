import { Supervisor } from '../../dev/supervisor.ts'
import { cliCommand } from '../cli-command.ts'
import { sessionFor } from '../session.ts'

export default cliCommand({
  name: 'dev',
  summary: 'Serve the app and start it again after each save, on the same port; plans are taken up without.',
  example: 'heddle dev app.ts',
  configFlags: true,
  args: { file: { type: 'positional', optional: true, summary: 'The file of the app' } },
  async run({ args: { file: named }, app, out }) {
    const { file, folder, mode, around, values } = sessionFor(app.session, named)
    const config = values.config === undefined ? [] : ['--config', values.config]
    const sets = (values.set ?? []).flatMap((pair) => ['--set', pair])
    const given = [...config, ...sets, ...(values.flags ?? []).map((flag) => `--${flag}`)]
    const options = ['--folder', folder, '--mode', mode, ...given, ...(values.verbose ? ['--verbose'] : [])]
    await new Supervisor({
      command: [process.execPath, around.entry, 'start', file, '--grace', '1s', ...options],
      cwd: around.cwd,
      environment: around.environment,
      out,
      signal: around.signal,
    }).run(file)
  },
})
