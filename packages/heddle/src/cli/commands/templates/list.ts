import { listTemplates } from '../../../commands/templates/list-templates.ts'
import { cliCommand } from '../../cli-command.ts'

export default cliCommand({
  name: 'templates list',
  summary: 'List the templates of the app: commands with settings.',
  example: 'heddle templates list',
  args: {},
  async run({ app, out }) {
    const { templates } = await app.callOrThrow(listTemplates, {})
    const rows = templates.map(({ name, aliases, tags, summary }) => ({
      name,
      aliases: aliases.join(', '),
      tags: tags.join(', '),
      summary,
    }))
    out.show(templates, rows.length === 0 ? ['the app has no templates'] : out.table(rows))
  },
})
