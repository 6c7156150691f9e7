import type { InputFor, ValueOf } from '@heddle/core'
import { isAnswered, localSocketPath, usageFailure } from '@heddle/serve'
import { systemFailure } from '@heddle/core'
import { listLogLevels } from '../../../commands/logs/list-log-levels.ts'
import { setLogLevel } from '../../../commands/logs/set-log-level.ts'
import { levelType } from '../../../commands/logs/levels.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate } from '../../operate.ts'

const choices = [...levelType.options, 'default'] as const

export default cliCommand({
  name: 'log level',
  summary: 'Show which log lines the process that serves the app writes, or set it until the process ends.',
  example: 'heddle log level bank=debug',
  args: {
    level: {
      type: 'positional',
      optional: true,
      summary: `A level (${choices.join(', ')}), or DOMAIN=LEVEL for one domain`,
    },
  },
  async run({ args: { level: text }, app, out }) {
    // In a process that is opened for the question alone a level would last for no line.
    if (!(await isAnswered(localSocketPath(app.session.folder))))
      throw systemFailure('Unavailable', { what: 'A process that serves the app' })
    const show = (value: unknown) => {
      const { level, domains } = value as ValueOf<typeof setLogLevel>
      const lines = Object.entries(domains).map(([domain, own]) => `${own.padEnd(8)} ${domain}`)
      out.show({ level, domains }, [`${level.padEnd(8)} ${lines.length > 0 ? 'all others' : 'all'}`, ...lines])
    }
    if (text === undefined) return operate({ app, out }, { command: listLogLevels, input: {} }, show)
    return operate({ app, out }, { command: setLogLevel, input: parse(text) }, show)
  },
})

function parse(text: string): InputFor<typeof setLogLevel> {
  const equals = text.lastIndexOf('=')
  const level = choices.find((choice) => choice === text.slice(equals + 1))
  if (!level || equals === 0) {
    throw usageFailure(`"${text}" is neither a level (${choices.join(', ')}) nor DOMAIN=LEVEL`)
  }
  return equals < 0 ? { level } : { level, domain: text.slice(0, equals) }
}
