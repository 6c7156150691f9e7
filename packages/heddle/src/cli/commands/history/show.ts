import { historyCommands } from '@heddle/data'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

interface Shown {
  readonly at: string
  readonly command: string
  readonly principal?: string
  readonly surface: string
  readonly durationMs: number
  readonly traceId: string
  readonly key?: string
  readonly input: unknown
}

export default cliCommand({
  name: 'history show',
  summary: 'Show a call with its input, in which sensitive and personal values are masked.',
  example: 'heddle history show 0199f2c4-…',
  args: { id: { type: 'positional', summary: 'Id of the call' }, tenant: tenantArgument },
  run({ args: { id, tenant }, app, out }) {
    return operate({ app, out }, { command: historyCommands.showCall, input: { id }, tenant }, (value) => {
      const { at, command, principal, surface, durationMs, traceId, key, input } = value as unknown as Shown
      out.show(value, [
        `${command} by ${principal ?? 'nobody in particular'} over ${surface}, ${at}, ${durationMs.toFixed(1)} ms`,
        `trace ${traceId}`,
        key === undefined ? 'it succeeded' : `it ended with ${key}`,
        ...JSON.stringify(input, undefined, 2).split('\n'),
      ])
    })
  },
})
