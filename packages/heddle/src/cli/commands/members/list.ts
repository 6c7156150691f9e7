import type { Json } from '@heddle/core'
import { listMembers } from '../../../commands/list-members.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate } from '../../operate.ts'

interface ListedMember {
  readonly app: string
  readonly host: string
  readonly pid: number
  readonly since: string
  readonly seenAt: string
  readonly manifest: string
}

export default cliCommand({
  name: 'members list',
  summary: "List the processes that serve the app's database, and which version each runs.",
  example: 'heddle members list',
  args: {},
  run({ app, out }) {
    return operate({ app, out }, { command: listMembers, input: {} }, (value) => {
      const { members } = value as unknown as { members: readonly ListedMember[] }
      const rows = members.map((member) => ({ ...member, manifest: member.manifest.slice(0, 12) }))
      out.show(members as unknown as Json, rows.length === 0 ? ['nobody serves the database'] : out.table(rows))
    })
  },
})
