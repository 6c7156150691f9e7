import { resolve } from 'node:path'
import type { Json } from '@heddle/core'
import { manifest } from '../../commands/manifest.ts'
import { cliCommand } from '../cli-command.ts'
import { writeNamedFile } from '../write-file.ts'

export default cliCommand({
  name: 'manifest',
  summary: 'Print everything in the app as one JSON document.',
  example: 'heddle manifest --out deployed.json',
  args: { out: { type: 'text', value: 'FILE', summary: 'Write to this file instead' } },
  async run({ args, app, out }) {
    const found = (await app.callOrThrow(manifest, {})) as Json
    const text = JSON.stringify(found, undefined, 2)
    if (args.out === undefined) return out.show(found, [text])
    writeNamedFile(resolve(app.session.around.cwd, args.out), `${text}\n`)
    out.line(`written to ${args.out}`)
  },
})
