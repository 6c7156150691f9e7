import { listCommands } from '../../commands/list-commands.ts'
import { cliCommand } from '../cli-command.ts'

export default cliCommand({
  name: 'list',
  summary: 'List the commands of the app.',
  example: 'heddle list --find flight',
  args: {
    domain: { type: 'text', value: 'NAME', summary: 'Only of this domain' },
    find: { type: 'text', value: 'TEXT', summary: 'Only where name or summary hold this text' },
    internal: { type: 'boolean', summary: "Also Heddle's own commands" },
  },
  async run({ args, app, out }) {
    const { commands } = await app.callOrThrow(listCommands, args)
    out.show(commands, commands.length === 0 ? ['no command fits'] : out.table(commands))
  },
})
