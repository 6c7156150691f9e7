import { relative, resolve } from 'node:path'
import { createApp } from '../../new/create-app.ts'
import { cliCommand } from '../cli-command.ts'

export default cliCommand({
  name: 'new',
  summary: 'Write a minimal app that works: an entity, a command, a query and a test.',
  example: 'heddle new tasks',
  args: { folder: { type: 'positional', summary: 'A folder that is empty or not there yet' } },
  run({ args, app, out }) {
    const folder = resolve(app.session.around.cwd, args.folder)
    const files = createApp(folder)
    const shown = relative(app.session.around.cwd, folder) || '.'
    out.show({ folder, files }, [...files.map((file) => `  ${file}`), '', `cd ${shown}`, 'npm install', 'npm start'])
  },
})
