import { resolve } from 'node:path'
import type { Manifest } from '@heddle/core'
import { publicManifest, usageFailure } from '@heddle/serve'
import { generateClient } from '@heddle/serve/client'
import { httpSurfaceIn, manifestOf } from '../../client/manifest-of.ts'
import { writeClient } from '../../client/write-client.ts'
import { cliCommand } from '../cli-command.ts'

export default cliCommand({
  name: 'client',
  summary: 'Write a client of the app in TypeScript, for browsers and Node.',
  example: 'heddle client --out src/client --from https://bank.example',
  args: {
    out: { type: 'text', value: 'FOLDER', summary: 'Write into this folder', default: 'client' },
    from: { type: 'text', value: 'URL|FILE', summary: 'Where an app is served, or its manifest, instead of this app' },
    commands: { type: 'list', value: 'NAME', summary: 'Only these, e.g. bank.TransferMoney or bank.*' },
    react: { type: 'boolean', summary: 'Hooks and forms for React, too' },
    surface: { type: 'text', value: 'NAME', summary: 'The HTTP surface that is meant, where there are several' },
  },
  async run({ args: { out: folder, from, commands, react, surface }, app, out }) {
    const whole = await manifestOf(app, from)
    const files = generate(publicManifest(whole, httpSurfaceIn(whole, surface)), commands, react)
    writeClient(resolve(app.session.around.cwd, folder), files)
    out.line(`written to ${folder}: ${Object.keys(files).join(', ')}`)
  },
})

function generate(told: Manifest, commands: readonly string[], react: boolean): Record<string, string> {
  try {
    const names = commands.flatMap((name) => name.split(','))
    return generateClient(told, names.length > 0 ? { commands: names, react } : { react })
  } catch (thrown) {
    if (thrown instanceof RangeError) throw usageFailure(thrown.message, thrown)
    throw thrown
  }
}
