import { exitOf, localOperator } from '@heddle/serve'
import type { ValueOf } from '@heddle/core'
import { listMembers } from '../../commands/list-members.ts'
import { cliCommand } from '../cli-command.ts'
import { withTarget } from '../target.ts'

export default cliCommand({
  name: 'members',
  summary: "List the processes that serve the app's database, and which version each runs.",
  example: 'heddle members',
  args: {},
  async run({ app: { session }, out }) {
    const outcome = await withTarget(session, (target) =>
      target.call(listMembers.name, {}, { as: localOperator, signal: session.around.signal }),
    )
    if (!outcome.ok) {
      out.fail(outcome.errors)
      return exitOf(outcome).code
    }
    const { members } = outcome.value as ValueOf<typeof listMembers>
    const rows = members.map(({ app, host, pid, since, seenAt, manifest }) => ({
      app,
      host,
      pid,
      since,
      seenAt,
      manifest: manifest.slice(0, 12),
    }))
    out.show(members, rows.length === 0 ? ['nobody serves the database'] : out.table(rows))
    return undefined
  },
})
