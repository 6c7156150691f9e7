import {
  askForMissing,
  callCommand,
  callOptions,
  callOptionsFor,
  commandHelp,
  commandSections,
  findCommand,
  inputsOf,
  optionRows,
} from '@heddle/serve'
import { declaredIn } from '../../commands/declared.ts'
import { readCallWords } from '../call-words.ts'
import { cliCommand } from '../cli-command.ts'
import { helpText } from '../program.ts'
import { Session } from '../session.ts'
import { withTarget } from '../target.ts'
import { toolOptions } from '../tool-options.ts'

export default cliCommand({
  name: 'call',
  summary: 'Call a command of the app; its flags come from the type of its input (--help after its name lists them).',
  example: 'heddle call flights.FindFlights --origin LAX --json',
  args: { words: { type: 'words', summary: 'Name of the command, then its flags' } },
  async run({ args: { words }, app, out, commands }) {
    const { name, argv, values, help } = readCallWords(words)
    if (name === undefined) {
      if (help || words.length === 0) out.line([helpText(commands, ['call']), '', ...optionLines()].join('\n'))
      return undefined
    }
    const { around } = app.session
    const session = new Session(around, { ...app.session.values, ...values })
    if (help) {
      // Help needs the types alone: nothing is opened for it.
      const sections = commandSections((await session.app()).manifest())
      const section = findCommand(name, sections)
      out.line(commandHelp(section, { ...callOptionsFor(section, sections), ...toolOptions }, 'heddle call').join('\n'))
      return undefined
    }
    const asked = await askBefore(session, name, argv)
    return withTarget(session, (target) =>
      callCommand(target, name, [...argv, ...asked], {
        io: around.io,
        signal: around.signal,
        beside: toolOptions,
        verbose: session.values.verbose,
      }),
    )
  },
})

/** Asks before the app is opened: nobody else should wait for its data while somebody types. */
async function askBefore(session: Session, name: string, argv: readonly string[]): Promise<string[]> {
  const { io, signal } = session.around
  if (!io.terminal) return []
  const app = await session.app()
  const sections = commandSections(app.manifest())
  const section = findCommand(name, sections)
  const type = () => inputsOf(declaredIn(app).commands)(section.name)
  return askForMissing({
    section,
    type,
    argv,
    table: { ...callOptionsFor(section, sections), ...toolOptions },
    io,
    signal,
  })
}

const optionLines = () => ['Options beside the flags of the command:', ...optionRows(callOptions)]
