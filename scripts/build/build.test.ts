import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { compile } from './compile.ts'
import { importWithNode } from './verify.ts'
import { writePackage } from './write-package.ts'

const repository = join(import.meta.dirname, '../..')
const root = mkdtempSync(join(tmpdir(), 'heddle-build-test-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
}

/** Two packages: one with a worker, a page and a testing entry, one that imports it and has a command-line tool. */
function plantPackages(): void {
  const common = { version: '1.0.0', type: 'module' }
  const low = {
    name: '@planted/low',
    ...common,
    exports: { '.': './src/index.ts', './testing': './src/testing/index.ts' },
  }
  const high = {
    name: 'planted',
    ...common,
    exports: { '.': './src/index.ts' },
    bin: { planted: './src/bin.js' },
    dependencies: { '@planted/low': '1.0.0' },
    devDependencies: { vitest: '1.0.0' },
  }
  write('packages/low/package.json', JSON.stringify(low))
  write('packages/low/README.md', '# low')
  write('packages/low/src/index.ts', `export * from './ask.ts'`)
  write(
    'packages/low/src/ask.ts',
    `import { readFileSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { Answer } from './answer.ts'
/** Asks a worker. */
export const ask = (): Promise<Answer> =>
  new Promise((resolve) => new Worker(new URL('./worker.ts', import.meta.url)).once('message', resolve))
/** Reads a page. */
export const page = (): string => readFileSync(new URL('./page.html', import.meta.url), 'utf8')
`,
  )
  write('packages/low/src/answer.ts', `/** An answer. */\nexport type Answer = 42`)
  write(
    'packages/low/src/worker.ts',
    `import { parentPort } from 'node:worker_threads'\nparentPort?.postMessage(42 satisfies number)`,
  )
  write('packages/low/src/page.html', '<p>page</p>')
  write('packages/low/src/ask.test.ts', `import { ask } from './ask.ts'\nask()`)
  write('packages/low/src/testing/index.ts', `export { ask } from '../ask.ts'`)
  write('packages/high/package.json', JSON.stringify(high))
  write('packages/high/src/index.ts', `export { ask } from '@planted/low'`)
  write('packages/high/src/bin.js', `#!/usr/bin/env node\nconst { run } = await import('./run.ts')\nawait run()`)
  write(
    'packages/high/src/run.ts',
    `import { ask, page } from '@planted/low'\nexport const run = async () => console.log(await ask(), page())`,
  )

  copyFileSync(join(repository, 'tsconfig.json'), join(root, 'tsconfig.json'))
  write('LICENSE', 'licence')
  mkdirSync(join(root, 'node_modules/@planted'), { recursive: true })
  for (const name of ['typescript', '@types', '@typescript', 'undici-types']) {
    symlinkSync(join(repository, 'node_modules', name), join(root, 'node_modules', name))
  }
  symlinkSync(join(root, 'packages/low'), join(root, 'node_modules/@planted/low'))
}

test(
  'what is built is imported and run by plain Node: workers, pages, entries, the tool',
  { timeout: 120_000 },
  async () => {
    plantPackages()
    const emitted = compile(root, ['high', 'low'])
    const built = await Promise.all(['high', 'low'].map((name) => writePackage(root, name, emitted)))
    expect(importWithNode(root, built)).toEqual(['planted', '@planted/low', '@planted/low/testing'])

    const dist = (path: string): string => join(root, 'packages', path)
    expect(JSON.parse(readFileSync(dist('low/dist/package.json'), 'utf8'))).toMatchObject({
      exports: {
        '.': { types: './index.d.ts', default: './index.js' },
        './testing': { types: './testing/index.d.ts', default: './testing/index.js' },
        './internal/*': null,
      },
    })
    const high = JSON.parse(readFileSync(dist('high/dist/package.json'), 'utf8')) as object
    expect(high).toMatchObject({ bin: { planted: './bin.js' } })
    expect(high).not.toHaveProperty('devDependencies')
    expect(statSync(dist('high/dist/bin.js')).mode & 0o111).not.toBe(0)
    expect(readFileSync(dist('low/dist/ask.d.ts'), 'utf8')).toContain(`'./answer.js'`)
    for (const file of ['README.md', 'LICENSE', 'page.html', 'worker.js']) statSync(dist(`low/dist/${file}`))
    expect(() => statSync(dist('low/dist/ask.test.js'))).toThrow('ENOENT')

    // The tool runs when the packages are installed as they were built.
    const installed = join(root, 'installed/node_modules')
    mkdirSync(join(installed, '@planted'), { recursive: true })
    execFileSync('cp', ['-r', dist('high/dist'), join(installed, 'planted')])
    execFileSync('cp', ['-r', dist('low/dist'), join(installed, '@planted/low')])
    expect(execFileSync(process.execPath, [join(installed, 'planted/bin.js')], { encoding: 'utf8' })).toBe(
      '42 <p>page</p>\n',
    )
  },
)
