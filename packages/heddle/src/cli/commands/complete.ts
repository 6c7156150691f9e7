import { commandSections } from '@heddle/serve'
import { cliCommand } from '../cli-command.ts'
import { toolValuesIn } from '../call-words.ts'
import { complete } from '../complete.ts'
import { Session } from '../session.ts'

export default cliCommand({
  name: 'complete',
  summary: 'Print what may stand where the cursor is; the scripts of `heddle completion` call it.',
  example: 'heddle complete -- call flights.Fi',
  args: { words: { type: 'words', summary: 'The words after heddle; the last one is being typed' } },
  async run({ args: { words }, app: { session }, out, commands }) {
    const named = new Session(session.around, { ...session.values, ...toolValuesIn(words) })
    const load = async () => commandSections((await named.app()).manifest())
    // A shell asks while somebody types: an app that does not load must not print into the line.
    const found = await complete(words, commands, load).catch(() => [])
    out.show(found, found)
  },
})
