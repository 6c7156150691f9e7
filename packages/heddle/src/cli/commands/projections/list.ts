import { listProjections } from '../../../commands/projections/list-projections.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate } from '../../operate.ts'

interface Listed {
  readonly name: string
  readonly offset: number
  readonly behind: number
  readonly lagMs?: number
  readonly trouble?: string
}

export default cliCommand({
  name: 'projections list',
  summary: 'Say how far each projection is: its offset, how many events it is behind, its lag, what holds it up.',
  example: 'heddle projections list',
  args: {},
  run({ app, out }) {
    return operate({ app, out }, { command: listProjections, input: {} }, (value) => {
      const { projections } = value as unknown as { projections: readonly Listed[] }
      const rows = projections.map(({ name, offset, behind, lagMs, trouble }) => ({
        name,
        offset: String(offset),
        behind: String(behind),
        lag: lagMs === undefined ? '' : `${Math.round(lagMs)} ms`,
        trouble: trouble ?? '',
      }))
      out.show(value, rows.length === 0 ? ['the app has no projections'] : out.table(rows))
    })
  },
})
