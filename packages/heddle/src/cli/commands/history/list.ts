import { parseDuration, systemClock } from '@heddle/core'
import { historyCommands } from '@heddle/data'
import { usageFailure } from '@heddle/serve'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'
import { limitArgument, showPage } from '../../show-page.ts'

interface Listed {
  readonly id: string
  readonly at: string
  readonly command: string
  readonly principal?: string
  readonly surface: string
  readonly durationMs: number
  readonly code?: string
}

export default cliCommand({
  name: 'history list',
  summary: 'List who called what, when, and how it ended, the newest first.',
  example: 'heddle history list --command bank.Transfer --since 2h',
  args: {
    command: { type: 'text', value: 'NAME', summary: 'Only of this command' },
    principal: { type: 'text', value: 'ID', summary: 'Only of this caller' },
    code: { type: 'text', value: 'CODE', summary: 'Only those that ended with this code' },
    since: { type: 'text', value: 'TIME', summary: 'Only those since then: a duration back from now, or RFC 3339' },
    until: { type: 'text', value: 'TIME', summary: 'Only those before then' },
    after: { type: 'text', value: 'CURSOR', summary: 'Where the page before ended' },
    limit: limitArgument,
    tenant: tenantArgument,
  },
  run({ args, app, out, commands }) {
    const { tenant, since, until, ...match } = args
    const asked = { args, app, commands }
    const input = { ...match, since: timeOf(since), until: timeOf(until) }
    return operate({ app, out }, { command: historyCommands.listCalls, input, tenant }, (value) => {
      const { calls, next } = value as unknown as { calls: readonly Listed[]; next?: string }
      const rows = calls.map(({ id, at, command, principal, surface, durationMs, code }) => ({
        id,
        at,
        command,
        principal: principal ?? '',
        surface,
        ms: durationMs.toFixed(1),
        ended: code ?? 'ok',
      }))
      showPage(out, value, { of: 'history list', asked, rows, none: 'there are no calls', next })
    })
  },
})

/** A time that is said as itself, or by how long ago it was. */
function timeOf(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined
  try {
    return new Date(systemClock.now() - parseDuration(text))
  } catch {
    const at = new Date(text)
    if (Number.isNaN(at.getTime())) throw usageFailure(`"${text}" is neither a duration like 2h nor a time`)
    return at
  }
}
