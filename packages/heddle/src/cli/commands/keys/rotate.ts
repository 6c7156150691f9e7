import { accessCommands } from '@heddle/data'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'
import { newKeyLines, type NewKey } from './new-key-lines.ts'

export default cliCommand({
  name: 'keys rotate',
  summary: 'Make the next key and show it, once; the old one ends after the overlap.',
  example: 'heddle keys rotate 0199f2c4-… --overlap 1h',
  args: {
    id: { type: 'positional', summary: 'Id of the old key' },
    overlap: { type: 'text', value: 'DURATION', summary: 'How long the old key stays valid [1d]' },
    expires: { type: 'text', value: 'DURATION', summary: 'How long the new key is valid [as long as the old one was]' },
    tenant: tenantArgument,
  },
  run({ args: { id, overlap, expires, tenant }, app, out }) {
    const operation = { command: accessCommands.rotateKey, input: { id, overlap, expires }, tenant }
    return operate({ app, out }, operation, (made) => out.show(made, newKeyLines(made as NewKey)))
  },
})
