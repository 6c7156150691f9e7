import { cliCommand } from '../cli-command.ts'
import { serveUntilAsked } from '../serve-until-asked.ts'
import { sessionFor } from '../session.ts'

export default cliCommand({
  name: 'start',
  summary: 'Open and serve the app, over HTTP on PORT, until SIGINT or SIGTERM; a second one ends it at once.',
  example: 'heddle start app.ts',
  configFlags: true,
  args: {
    file: { type: 'positional', optional: true, summary: 'The file of the app' },
    grace: { type: 'text', value: 'DURATION', default: '10s', summary: 'How long running calls may take at the end' },
  },
  run: ({ args: { file, grace }, app, out }) => serveUntilAsked(sessionFor(app.session, file), out, grace),
})
