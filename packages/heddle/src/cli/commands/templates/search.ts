import { listTemplates } from '../../../commands/templates/list-templates.ts'
import { cliCommand } from '../../cli-command.ts'

export default cliCommand({
  name: 'templates search',
  summary: 'Find templates by words of their name, aliases, tags and summary.',
  example: 'heddle templates search text',
  args: { words: { type: 'positional', summary: 'What to look for' } },
  async run({ args, app, out }) {
    const { templates } = await app.callOrThrow(listTemplates, { find: args.words })
    const rows = templates.map(({ name, tags, summary }) => ({ name, tags: tags.join(', '), summary }))
    out.show(templates, rows.length === 0 ? ['no template fits'] : out.table(rows))
  },
})
