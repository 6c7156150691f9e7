import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { rolldown } from 'rolldown'

/**
 * Puts the hundreds of small files of a built package together, one for each entry point and what they share: opening
 * them one by one is most of what a start costs. Names stay as they are, so that stack traces can be read.
 *
 * @param entries entry points within the folder, e.g. `index.js`
 */
export async function bundle(folder: string, entries: readonly string[]): Promise<void> {
  const files = javaScriptIn(folder)
  const input = Object.fromEntries(entries.map((entry) => [entry.slice(0, -'.js'.length), join(folder, entry)]))
  // A worker is an entry too. It is named beside the file that starts it, and everything shared lies in one folder.
  for (const file of files) {
    for (const [, path = ''] of readFileSync(file, 'utf8').matchAll(/new URL\('(\.[^']+\.js)', import\.meta\.url\)/g)) {
      const worker = join(dirname(file), path)
      input[basename(worker, '.js')] = worker
    }
  }
  const build = await rolldown({
    input,
    platform: 'node',
    logLevel: 'silent',
    // The compiler has written what Node runs.
    transform: { target: 'esnext' },
    tsconfig: false,
    external: (id) => !/^(?:[./]|@oxc-project\/runtime)/.test(id),
  })
  // All is in memory after this, so the small files can go before what replaces them is written.
  const { output } = await build.generate({
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'shared-[hash].js',
  })
  await build.close()
  for (const file of files) rmSync(file)
  for (const part of output) {
    const file = join(folder, part.fileName)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, part.type === 'chunk' ? part.code : part.source)
  }
}

function javaScriptIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js'))
    .map((file) => join(folder, file))
}
