import { cliCommand } from '../../cli-command.ts'
import { remotesOf } from './remotes.ts'

export default cliCommand({
  name: 'remote list',
  summary: 'List the other apps whose commands this one brings in.',
  example: 'heddle remote list',
  args: {},
  async run({ app, out }) {
    const found = remotesOf(await app.session.app())
    const remotes = found.map(({ name, section: { app: other, manifest, commands, url } }) => ({
      name,
      app: other ?? '',
      url: url ?? '',
      commands: Object.keys(commands).length,
      manifest: manifest ?? '',
    }))
    const rows = remotes.map((each) => ({
      ...each,
      commands: String(each.commands),
      manifest: each.manifest.slice(0, 12),
    }))
    out.show({ remotes }, rows.length === 0 ? ['no other app is brought in'] : out.table(rows))
  },
})
