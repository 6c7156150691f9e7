import { rebuildProjection } from '../../../commands/projections/rebuild-projection.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate } from '../../operate.ts'

export default cliCommand({
  name: 'projections rebuild',
  summary: 'Empty the view of a projection and fold it anew, in place; it grows in the process that serves the app.',
  example: 'heddle projections rebuild bank.ShowBalances',
  args: { name: { type: 'positional', summary: 'Full name of the projection' } },
  run({ args: { name }, app, out }) {
    return operate({ app, out }, { command: rebuildProjection, input: { name } }, (value) => {
      out.show(value, [`${name} is folded anew; heddle projections list says how far it is`])
    })
  },
})
