import { exitCodes } from '@heddle/serve'
import { cliCommand } from '../cli-command.ts'
import { helpDocument } from '../help-document.ts'
import { helpText } from '../program.ts'

export default cliCommand({
  name: 'help',
  summary: 'Tell how to use the tool or one of its commands; `help exit-codes` lists how it can end.',
  example: 'heddle help --json',
  args: { topic: { type: 'words', summary: 'A command of the tool, or exit-codes' } },
  run({ args: { topic }, out, commands }) {
    if (topic[0] === 'exit-codes') {
      const codes = Object.values(exitCodes)
      out.show(codes, out.table(codes))
    } else out.show(helpDocument(commands), [helpText(commands, topic)])
  },
})
