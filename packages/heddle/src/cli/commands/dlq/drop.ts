import { usageFailure } from '@heddle/serve'
import { dropDeadLetters } from '../../../commands/dead-letters/drop-dead-letters.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'
import { matchArguments } from './match-arguments.ts'

export default cliCommand({
  name: 'dlq drop',
  summary: 'Remove a dead letter for good, or all that match.',
  example: 'heddle dlq drop --job flights.Delays --step sort',
  args: {
    id: { type: 'positional', optional: true, summary: 'Id of one letter; without it all that match' },
    ...matchArguments,
    tenant: tenantArgument,
  },
  run({ args: { id, tenant, ...match }, app, out }) {
    const isFiltered = Object.values(match).some((value) => value !== undefined)
    if (isFiltered === (id !== undefined)) {
      throw usageFailure(
        isFiltered
          ? 'an id names one letter, and the options name others: give one or the other'
          : 'say which letters: an id, or at least one of --command, --job, --step and --code',
      )
    }
    const input = id === undefined ? match : { ids: [id] }
    return operate({ app, out }, { command: dropDeadLetters, input, tenant }, (value) => {
      const { dropped } = value as { dropped: number }
      const ofOne = dropped === 1 ? `the dead letter ${id} is gone` : `there was no dead letter ${id}`
      const ofMany = dropped === 1 ? '1 dead letter is gone' : `${dropped} dead letters are gone`
      out.show(value, [id === undefined ? ofMany : ofOne])
    })
  },
})
