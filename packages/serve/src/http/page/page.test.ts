import { app, command } from '@heddle/core'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { takeFile } from '../../../test/every-kind.ts'
import { greet } from '../../../test/shop.ts'
import { serve } from '../../../test/serving.ts'
import { renderPage } from './page.ts'

const script = '<script>alert(1)</script>'
const hostile = command('evil.Show', {
  summary: script,
  description: `"'${script}`,
  access: 'public',
  input: z.object({
    [`a"${script}`]: z.enum([script, 'b']).describe(script),
    nested: z.object({ list: z.array(z.int()) }),
  }),
  output: z.object({}),
  examples: [{ [`a"${script}`]: script }],
  run: () => ({}),
})

test('lists every command with its form, and loads nothing from elsewhere', async () => {
  await using served = await serve()
  const { status, headers, body } = await served.ask('/')
  expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  // One that is closed cannot be called from here.
  for (const { name, access } of served.app.commands.values()) {
    expect(String(body).includes(`data-name="${name}"`)).toBe(access !== undefined)
  }
  expect(body).not.toMatch(/(?:src|href)="(?!\/|data:,)|<style|<script>| on\w+=| style=/)
  expect(headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('shows nested fields, choices, defaults and examples as controls', async () => {
  await using served = await serve()
  const { body } = await served.ask('/')
  expect(body).toContain('<legend>origin</legend>')
  expect(body).toMatch(
    /data-path="\[&quot;origin&quot;,&quot;code&quot;\]"\s+data-reading="text"\s+data-flag="origin-code"/,
  )
  expect(body).toMatch(/data-path="\[&quot;days&quot;\]"\s+data-reading="numberLines"/)
  expect(body).toContain('<option>price</option>')
  expect(body).toContain('int 1..5, default 1')
  expect(body).toMatch(/id="shop\.Order--item"[^>]*value="loom"/)
})

test('escapes whatever an app says', async () => {
  const page = renderPage(await app('evil', { parts: [{ hostile }] }).open())
  expect(page).not.toContain(script)
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
})

test('its script is whole in itself and its assets are not sent twice', async () => {
  await using served = await serve()
  const asset = await served.ask('/_heddle/try.js')
  expect(() => new Function(asset.body as string)).not.toThrow()
  expect(asset.body).not.toMatch(/__vite|import\(|require\(/)
  const again = await served.ask('/_heddle/try.js', { headers: { 'if-none-match': asset.headers.get('etag')! } })
  expect([again.status, again.body]).toEqual([304, ''])
})

test('can be left out, and replaced by a route', async () => {
  await using without = await serve({ page: false })
  expect((await without.ask('/')).status).toBe(404)
  await using replaced = await serve({ routes: { 'GET /': greet } })
  expect((await replaced.ask('/?name=Bo')).body).toEqual({ text: 'hello Bo' })
})

test('says what each command gives and how it fails, and links its OpenAPI document', async () => {
  await using served = await serve()
  const { body } = await served.ask('/')
  expect(body).toMatch(/gives <code>\{ item, left \}<\/code>, or fails with <code title="Out of stock\.">OutOfStock/)
  expect(body).toContain('<code>{ n, filler } one after another, then { total }</code>')
  expect(body).toContain('href="/openapi.json"')
  await using without = await serve({ openApi: false })
  expect((await without.ask('/')).body).not.toContain('openapi')
})

test('a file is chosen, among the types that the command takes', async () => {
  const page = renderPage(await app('files', { parts: [{ takeFile }] }).open())
  expect(page).toMatch(/type="file"[^>]*data-flag="photo"[^>]*accept="image\/\*,text\/plain"/)
})
