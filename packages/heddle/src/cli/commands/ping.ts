import { exitOf, localOperator } from '@heddle/serve'
import { ping } from '../../commands/ping.ts'
import { cliCommand } from '../cli-command.ts'
import { withTarget } from '../target.ts'

export default cliCommand({
  name: 'ping',
  summary: 'Ask the app whether it takes calls: the running one, or this folder’s opened for the question.',
  example: 'heddle ping',
  args: {},
  async run({ app: { session }, out }) {
    const outcome = await withTarget(session, (target) =>
      target.call(ping.name, {}, { as: localOperator, signal: session.around.signal }),
    )
    if (!outcome.ok) {
      out.fail(outcome.errors)
      return exitOf(outcome).code
    }
    const { app, at } = outcome.value as { app: string; at: string }
    out.show({ app, at }, [`${app} answers (${at})`])
    return undefined
  },
})
