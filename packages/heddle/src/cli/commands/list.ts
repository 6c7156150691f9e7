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
    out.show(commands, commands.length === 0 ? [nothing(args)] : out.table(commands))
  },
})

/** Why the list is empty. */
function nothing({ domain, find }: { readonly domain?: string; readonly find?: string }): string {
  if (find !== undefined)
    return `no command has "${find}" in its name or summary${domain === undefined ? '' : ` in the domain ${domain}`}`
  return domain === undefined ? 'the app has no commands' : `the app has no commands in the domain ${domain}`
}
