import { cliCommand } from '../../cli-command.ts'

export default cliCommand({
  name: 'config show',
  summary: 'Show the configuration that the app would start with, and where each value comes from.',
  example: 'heddle config show --set database.poolSize=8',
  args: {},
  async run({ app: { session }, out }) {
    const { file, entries } = await session.configuration()
    const rows = entries.map(({ name, value = '', source }) => ({ name, value, source }))
    const lines = rows.length === 0 ? ['the app declares no configuration'] : out.table(rows)
    out.show({ ...(file === undefined ? {} : { file }), entries: entries.map((entry) => ({ ...entry })) }, lines)
  },
})
