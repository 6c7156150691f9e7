import { exitCodes } from '@heddle/serve'
import { replayDeadLetters } from '../../../commands/dead-letters/replay-dead-letters.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'
import { matchArguments } from './match-arguments.ts'

interface Replayed {
  readonly replayed: number
  readonly queued: readonly { readonly job: string; readonly letters: number; readonly message: string }[]
  readonly failed: readonly { readonly id: string; readonly code: string; readonly message: string }[]
  readonly remaining: number
}

export default cliCommand({
  name: 'dlq replay',
  summary: 'Call what failed for good once more, or give it back to its job; what succeeds is dropped.',
  example: 'heddle dlq replay --command shop.Ship --code CarrierDown',
  args: {
    id: { type: 'positional', optional: true, summary: 'Id of one letter; without it all that match' },
    ...matchArguments,
    limit: { type: 'number', default: 100, summary: 'Stop after this many' },
    tenant: tenantArgument,
  },
  run({ args: { id, tenant, ...match }, app, out }) {
    const input = { ...match, ids: id === undefined ? undefined : [id] }
    return operate({ app, out }, { command: replayDeadLetters, input, tenant }, (value) => {
      const { replayed, queued, failed, remaining } = value as unknown as Replayed
      const lines = failed.map((letter) => `  ${letter.id}  ${letter.code}: ${letter.message}`)
      const waiting = queued.map(({ job, letters, message }) => `${letters} given back to ${job}: ${message}`)
      const again = queued.map(({ job }) => `What fails again is listed once more: heddle dlq list --job ${job}`)
      const before = failed.length + queued.reduce((sum, { letters }) => sum + letters, 0)
      const left = remaining === 0 ? [] : [`${remaining} more match: --limit ${before + remaining} takes them too`]
      const isCounted = replayed > 0 || failed.length > 0 || queued.length === 0
      const counted = isCounted ? [`${replayed} replayed, ${failed.length} failed again`] : []
      out.show(value, [...counted, ...lines, ...waiting, ...again, ...left])
      return failed.length > 0 ? exitCodes.failed.code : undefined
    })
  },
})
