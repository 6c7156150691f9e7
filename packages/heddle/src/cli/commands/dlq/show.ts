import { showDeadLetter } from '../../../commands/dead-letters/show-dead-letter.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

interface Shown {
  readonly command: string
  readonly at: string
  readonly origin?: string
  readonly replays: number
  readonly input: unknown
  readonly columns?: readonly string[]
  readonly errors: readonly { readonly key: string; readonly message: string }[]
}

export default cliCommand({
  name: 'dlq show',
  summary: 'Show a dead letter: its input, masked, and its errors.',
  example: 'heddle dlq show 0199f2c4-…',
  args: { id: { type: 'positional', summary: 'Id of the letter' }, tenant: tenantArgument },
  run({ args: { id, tenant }, app, out }) {
    return operate({ app, out }, { command: showDeadLetter, input: { id }, tenant }, (value) => {
      const { command, at, origin, replays, input, columns, errors } = value as unknown as Shown
      const from = origin === undefined ? '' : ` from ${origin}`
      out.show(value, [
        `${command}${from}, ${at}${replays === 0 ? '' : `, replayed ${replays} times`}`,
        ...errors.map(({ key, message }) => `  ${key}: ${message}`),
        ...(columns ? [`columns: ${columns.join(', ')}`] : []),
        ...JSON.stringify(input, undefined, 2).split('\n'),
      ])
    })
  },
})
