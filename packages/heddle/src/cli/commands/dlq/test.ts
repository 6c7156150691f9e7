import { access, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { usageFailure } from '@heddle/serve'
import { testDeadLetter } from '../../../commands/dead-letters/test-dead-letter.ts'
import { cliCommand } from '../../cli-command.ts'
import { operate, tenantArgument } from '../../operate.ts'

export default cliCommand({
  name: 'dlq test',
  summary:
    'Write a test beside the app that makes the call of a dead letter again; it fails until the cause is mended.',
  example: 'heddle dlq test 0199f2c4-…',
  args: { id: { type: 'positional', summary: 'Id of the letter' }, tenant: tenantArgument },
  async run({ args: { id, tenant }, app, out }) {
    const { file: appFile } = app.session
    const input = { id, app: `./${basename(appFile)}` }
    let made: { readonly file: string; readonly text: string } | undefined
    const code = await operate({ app, out }, { command: testDeadLetter, input, tenant }, (value) => {
      made = value as { file: string; text: string }
    })
    if (!made) return code
    const path = join(dirname(appFile), made.file)
    const isThere = await access(path).then(
      () => true,
      () => false,
    )
    if (isThere) throw usageFailure(`${path} is there already`)
    await writeFile(path, made.text)
    out.show({ file: path }, [`wrote ${path}`])
  },
})
