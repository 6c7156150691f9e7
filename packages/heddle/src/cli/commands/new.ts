import { relative, resolve } from 'node:path'
import { createApp } from '../../new/create-app.ts'
import { nextSteps } from '../../new/next-steps.ts'
import { cliCommand } from '../cli-command.ts'

// A package that npm installed holds no TypeScript.
const checkout = import.meta.filename.endsWith('.ts') ? resolve(import.meta.dirname, '../../../../..') : undefined

export default cliCommand({
  name: 'new',
  summary: 'Write a minimal app that works: an entity, a command, a query and a test.',
  example: 'heddle new tasks',
  args: { folder: { type: 'positional', summary: 'A folder that is empty or not there yet' } },
  async run({ args, app, out }) {
    const folder = resolve(app.session.around.cwd, args.folder)
    const files = await createApp(folder)
    const shown = relative(app.session.around.cwd, folder) || '.'
    out.show({ folder, files }, [...files.map((file) => `  ${file}`), '', ...nextSteps(shown, checkout)])
  },
})
