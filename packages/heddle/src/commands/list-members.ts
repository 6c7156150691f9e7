import { command } from '@heddle/core'
import { Members } from '@heddle/data'
import { z } from 'zod'

const at = z.iso.datetime().describe('On the clock of the database')

/** Lists the processes that serve the app's database. */
export const listMembers = command('heddle.ListMembers', {
  kind: 'query',
  summary: "List the processes that serve the app's database",
  input: z.object({}),
  output: z.object({
    members: z.array(
      z.object({
        id: z.string().describe('A new one with each start'),
        app: z.string(),
        host: z.string(),
        pid: z.int(),
        manifest: z.string().describe('Hash of the manifest: which version of the app it runs'),
        since: at,
        seenAt: at,
      }),
    ),
  }),
  access: 'heddle:operate',
  uses: [Members],
  async run({ ctx }) {
    const members = await ctx.use(Members).list()
    return {
      members: members.map(({ since, seenAt, ...member }) => ({
        ...member,
        since: new Date(since).toISOString(),
        seenAt: new Date(seenAt).toISOString(),
      })),
    }
  },
})
