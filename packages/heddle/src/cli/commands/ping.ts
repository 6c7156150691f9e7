import { exitOf, isAnswered, localOperator, localSocketPath } from '@heddle/serve'
import { ping } from '../../commands/ping.ts'
import { cliCommand } from '../cli-command.ts'
import { withTarget } from '../target.ts'

export default cliCommand({
  name: 'ping',
  summary: 'Ask the app whether it takes calls: the process that serves it, else the app opened for the question.',
  example: 'heddle ping',
  args: {},
  async run({ app: { session }, out }) {
    const served = await isAnswered(localSocketPath(session.folder))
    const outcome = await withTarget(session, (target) =>
      target.call(ping.name, {}, { as: localOperator, signal: session.around.signal }),
    )
    if (!outcome.ok) {
      out.fail(outcome.errors)
      return exitOf(outcome).code
    }
    const { app, at } = outcome.value as { app: string; at: string }
    const from = served ? 'the process that serves it' : 'opened for the question: no process serves it'
    out.show({ app, at, served }, [`${app} answers (${at}), ${from}`])
    return undefined
  },
})
