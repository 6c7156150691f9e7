import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { generateClient } from 'heddle/client'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import declared from './client.ts'

const root = join(import.meta.dirname, '../..')

/** All that the page says of React, as one program. */
const documented = [...readFileSync(join(root, 'docs/client.md'), 'utf8').matchAll(/```tsx\n(.*?)```/gs)]
  .map(([, code]) => code)
  .join('\n')

const compilerOptions = {
  target: 'es2022',
  module: 'esnext',
  moduleResolution: 'bundler',
  jsx: 'react-jsx',
  lib: ['es2022', 'dom'],
  types: [],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
}

test('the components of the page compile in strict mode and are rendered', { timeout: 60_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-page-react-'))
  const app = await declared.open({ folder: join(folder, 'data') })
  const { manifest } = app
  await app.close()
  mkdirSync(join(folder, 'client'))
  for (const [file, text] of Object.entries(generateClient(manifest, { react: true })))
    writeFileSync(join(folder, 'client', file), text)
  const page = `
import { renderToString } from 'react-dom/server'
import { Store } from './store.js'
export const html = renderToString(<Store />)`
  const files = { 'store.tsx': documented, 'page.tsx': page, 'tsconfig.json': JSON.stringify({ compilerOptions }) }
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { stdio: 'inherit' })

  const build = await rolldown({
    input: join(folder, 'page.tsx'),
    platform: 'node',
    external: /^react/,
    logLevel: 'silent',
  })
  const { output } = await build.generate({ format: 'esm' })
  await build.close()
  writeFileSync(join(folder, 'page.mjs'), output[0].code)
  const { html } = (await import(/* @vite-ignore */ pathToFileURL(join(folder, 'page.mjs')).href)) as {
    readonly html: string
  }
  expect(html).toContain('<p>Loading…</p>')
  expect(html).toContain('<button>Deliver</button>')
  // The hint that the page gives, and the control that it replaces.
  expect(html).toMatch(
    /<label for="(\S+)" [^>]*>Price<\/label><input id="\1"[^>]* aria-describedby="(\S+)"[^>]*name="cents".*<p id="\2"[^>]*>In cents</,
  )
  expect(html).toMatch(/<select id="\S+"[^>]* name="item"[^>]*><option selected="">thread</)
  expect(html).toContain('<button type="submit" class="heddle-submit primary">Order</button>')
  rmSync(folder, { recursive: true, force: true })
})
