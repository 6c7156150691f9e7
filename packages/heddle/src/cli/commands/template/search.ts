import { listTemplates } from '../../../commands/templates/list-templates.ts'
import { cliCommand } from '../../cli-command.ts'

export default cliCommand({
  name: 'template search',
  summary: 'Find templates by words of their name, aliases, tags and summary.',
  example: 'heddle template search text',
  args: { words: { type: 'positional', summary: 'What to look for' } },
  async run({ args, app, out }) {
    const { templates } = await app.callOrThrow(listTemplates, { find: args.words })
    const rows = templates.map(({ name, tags, summary }) => ({ name, tags: tags.join(', '), summary }))
    out.show(templates, rows.length === 0 ? ['no template fits'] : out.table(rows))
  },
})
