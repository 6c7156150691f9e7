import { exitCodes } from '@heddle/serve'
import { replayDeadLetters } from '../../../commands/dead-letters/replay-dead-letters.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

interface Replayed {
  readonly replayed: number
  readonly failed: readonly { readonly id: string; readonly code: string; readonly message: string }[]
}

export default cliCommand({
  name: 'dlq replay',
  summary: 'Call what failed for good once more; what succeeds is dropped.',
  example: 'heddle dlq replay --command shop.Ship --code CarrierDown',
  args: {
    id: { type: 'positional', optional: true, summary: 'Id of one letter; without it all that match' },
    command: { type: 'text', value: 'NAME', summary: 'Only of this command' },
    code: { type: 'text', value: 'CODE', summary: 'Only those that failed with this code' },
    limit: { type: 'number', default: 100, summary: 'Stop after this many' },
    tenant: tenantArgument,
  },
  run({ args: { id, tenant, ...match }, app, out }) {
    const input = { ...match, ids: id === undefined ? undefined : [id] }
    return operate({ app, out }, { command: replayDeadLetters, input, tenant }, (value) => {
      const { replayed, failed } = value as unknown as Replayed
      const lines = failed.map((letter) => `  ${letter.id}  ${letter.code}: ${letter.message}`)
      out.show(value, [`${replayed} replayed, ${failed.length} failed again`, ...lines])
      return failed.length > 0 ? exitCodes.failed.code : undefined
    })
  },
})
