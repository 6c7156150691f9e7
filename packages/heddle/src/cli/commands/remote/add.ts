import { mkdirSync } from 'node:fs'
import { relative, resolve, dirname } from 'node:path'
import { Failure, type Manifest, systemTimers } from '@heddle/core'
import { usageFailure } from '@heddle/serve'
import { cliCommand } from '../../cli-command.ts'
import { writeNamedFile } from '../../write-file.ts'

export default cliCommand({
  name: 'remote add',
  summary: 'Write the commands of another app as contracts, with their types, for `remote` and `call`.',
  example: 'heddle remote add https://billing.example --out src/billing.ts',
  args: {
    from: { type: 'positional', summary: 'Where the other app is served, or a file with its manifest' },
    out: { type: 'text', value: 'FILE', summary: 'The module that is written' },
    command: { type: 'list', value: 'NAME', summary: 'Only these commands' },
    prefix: { type: 'text', value: 'NAME', summary: 'Put before each name here' },
    allowPrivate: { type: 'boolean', summary: 'It may lie in a private network, e.g. on this machine' },
  },
  async run({ args: { from, out: file, command: commands, prefix, allowPrivate }, app, out }) {
    // Loaded here: no other command of the tool calls other apps.
    const { takeManifest, writeModule } = await import('@heddle/serve/remote')
    const { cwd, signal } = app.session.around
    const isAddress = /^https?:/i.test(from)
    const source = isAddress ? from : resolve(cwd, from)
    const manifest = await hinted(takeManifest(source, { timers: systemTimers, allowPrivate, signal }))
    const target = file === undefined ? undefined : resolve(cwd, file)
    const told = isAddress || !target ? from : `./${relative(dirname(target), source)}`.replace(/^\.\/\.\.\//, '../')
    const names = commands.length > 0 ? commands : undefined
    const text = writeModule({ manifest, from: told, prefix, ...(names && { commands: names }) })
    if (!target) return void out.io.out.write(text)
    makeFolder(dirname(target))
    writeNamedFile(target, text)
    out.show({ written: file!, app: manifest.app }, [`written to ${file}: commands of ${manifest.app}`])
  },
})

/** The advice of the error is for code: here an option says the same. */
async function hinted(taken: Promise<Manifest>): Promise<Manifest> {
  try {
    return await taken
  } catch (thrown) {
    if (!(thrown instanceof Failure) || thrown.code !== 'ForbiddenAddress') throw thrown
    const help = 'Where it is meant to be, say --allow-private.'
    throw new Failure(thrown.code, thrown.data, { ...thrown.facts, help }, [], thrown, thrown.message)
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true })
  } catch (thrown) {
    throw usageFailure(`${folder} cannot be made: ${(thrown as Error).message}`, thrown)
  }
}
