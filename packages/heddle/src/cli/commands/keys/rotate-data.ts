import { rotateData } from '@heddle/data'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

interface Rotated {
  readonly key: string
  readonly tables: readonly { readonly table: string; readonly looked: number; readonly changed: number }[]
}

export default cliCommand({
  name: 'keys rotate-data',
  summary: 'Encrypt kept data anew with the first key of HEDDLE_KEYS, so that the others can go. May be interrupted.',
  example: 'heddle keys rotate-data',
  args: { tenant: tenantArgument },
  run({ args: { tenant }, app, out }) {
    return operate({ app, out }, { command: rotateData, input: {}, tenant }, (value) => {
      const { key, tables } = value as unknown as Rotated
      const rows = tables.filter(({ looked }) => looked > 0).map((each) => ({ ...each }))
      const changed = tables.reduce((sum, each) => sum + each.changed, 0)
      out.show(value, [
        `${changed} rows are now encrypted with the key ${key}`,
        ...(rows.length > 0 ? out.table(rows) : []),
      ])
    })
  },
})
