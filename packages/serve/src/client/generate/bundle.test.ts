import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { expect, test } from 'vitest'
import { shopWith } from '../../../test/client-app.ts'
import { generateClient } from './generate-client.ts'

/** Compressed, as it goes over the wire. */
const mostBytes = 8 * 1024

test('a page that calls one command carries less than 8 KB', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-bundle-'))
  const opened = await shopWith().open()
  for (const [file, text] of Object.entries(generateClient(opened.manifest))) writeFileSync(join(folder, file), text)
  await opened.close()
  const page = `
    import { createClient } from './client.js'
    import { orderItem } from './shop.js'
    const outcome = await createClient().call(orderItem, { item: 'loom' })
    document.title = outcome.ok ? String(outcome.value.left) : outcome.errors[0].code`
  writeFileSync(join(folder, 'page.ts'), page)
  const build = await rolldown({ input: join(folder, 'page.ts'), platform: 'browser', logLevel: 'silent' })
  const { output } = await build.generate({ format: 'esm', minify: true })
  await build.close()
  rmSync(folder, { recursive: true })
  const { code } = output[0]
  expect(code).toContain('shop.OrderItem')
  expect(code).not.toContain('shop.Echo')
  const bytes = gzipSync(code).byteLength
  expect(bytes).toBeLessThan(mostBytes)
})
