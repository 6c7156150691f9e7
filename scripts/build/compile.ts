import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rewriteExtensions } from './rewrite-extensions.ts'

/**
 * Compiles the sources of all packages at once to JavaScript and type declarations, one file for each. Gives back the
 * folder that holds `<package>/src/…`.
 */
export function compile(root: string, names: readonly string[]): string {
  // Inside node_modules, so that `types` are found and nothing is left in the tree.
  const work = join(root, 'node_modules/.cache/heddle-build')
  rmSync(work, { recursive: true, force: true })
  mkdirSync(work, { recursive: true })
  const config = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      noEmitOnError: true,
      declaration: true,
      rewriteRelativeImportExtensions: true,
      // What Node 24 runs as it stands, so that stack traces show the source.
      target: 'esnext',
      rootDir: join(root, 'packages'),
      outDir: join(work, 'out'),
    },
    include: names.map((name) => join(root, 'packages', name, 'src')),
    exclude: ['test.ts', 'test-d.ts']
      .map((end) => join(root, `packages/*/src/**/*.${end}`))
      .concat('**/fixtures/**', '**/node_modules', '**/dist'),
  }
  const configFile = join(work, 'tsconfig.json')
  writeFileSync(configFile, JSON.stringify(config, null, 2))
  const { status } = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', configFile], {
    stdio: 'inherit',
  })
  if (status !== 0) throw new Error('the packages do not compile: see above')

  const out = join(work, 'out')
  for (const entry of readdirSync(out, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    writeFileSync(file, rewriteExtensions(file, readFileSync(file, 'utf8')))
  }
  return out
}
