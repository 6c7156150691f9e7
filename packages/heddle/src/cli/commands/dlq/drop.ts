import { dropDeadLetters } from '../../../commands/dead-letters/drop-dead-letters.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

export default cliCommand({
  name: 'dlq drop',
  summary: 'Remove a dead letter for good.',
  example: 'heddle dlq drop 0199f2c4-…',
  args: { id: { type: 'positional', summary: 'Id of the letter' }, tenant: tenantArgument },
  run({ args: { id, tenant }, app, out }) {
    return operate({ app, out }, { command: dropDeadLetters, input: { ids: [id] }, tenant }, (value) => {
      const { dropped } = value as { dropped: number }
      out.show(value, [dropped === 1 ? `the dead letter ${id} is gone` : `there was no dead letter ${id}`])
    })
  },
})
