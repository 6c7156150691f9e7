import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { gzipSync } from 'node:zlib'
import { rolldown } from 'rolldown'
import { afterAll, expect, test } from 'vitest'
import { complaintsAbout, forPages, strictest } from '../../../test/compiled.ts'
import { kitApp } from '../../../test/kit-app.ts'
import { shopWith } from '../../../test/client-app.ts'
import { generateClient } from '../generate/generate-client.ts'

const root = join(import.meta.dirname, '../../../../..')
const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

const manifestOf = async (app: ReturnType<typeof shopWith>) => {
  const opened = await app.open()
  const { manifest } = opened
  await opened.close()
  return manifest
}

/** A folder with the client of the shop and of the kit, with hooks and forms, and these files. */
async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'heddle-react-'))
  folders.push(folder)
  const generated = generateClient(await manifestOf(shopWith(...kitApp)), { react: true })
  for (const [file, text] of Object.entries({ ...generated, ...files })) writeFileSync(join(folder, file), text)
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

async function bundled(
  folder: string,
  file: string,
  options: { readonly external?: RegExp; readonly platform: 'browser' | 'node' },
) {
  const { external, platform } = options
  const input = join(folder, file)
  const build = await rolldown({ input, platform, logLevel: 'silent', ...(external && { external }) })
  const { output } = await build.generate({ format: 'esm', minify: platform === 'browser' })
  await build.close()
  return output[0].code
}

test('hooks and forms are made with the same bytes from the same manifest, and only where they are asked for', async () => {
  const manifest = await manifestOf(shopWith(...kitApp))
  const files = generateClient(manifest, { react: true })
  expect(Object.keys(files)).toEqual(['client.ts', 'kit.ts', 'kit-forms.ts', 'shop.ts', 'shop-forms.ts', 'react.ts'])
  await expect(files['kit-forms.ts']).toMatchFileSnapshot('../../../test/golden-client/kit-forms.ts.txt')
  expect(generateClient(JSON.parse(JSON.stringify(manifest)), { react: true })).toEqual(files)
  expect(Object.keys(generateClient(manifest))).toEqual(['client.ts', 'kit.ts', 'shop.ts'])
})

const page = `
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { createClient } from './client.js'
import { ClientProvider, type ControlProps, useCommand, useQuery, useRun } from './react.js'
import { echo, orderItem, type OrderItemError, putFile, tell } from './shop.js'
import { OrderItemForm, PutFileForm } from './shop-forms.js'

const Stars = ({ id, value, onChange }: ControlProps) => (
  <input id={id} type="range" value={value} onChange={({ currentTarget }) => onChange(currentTarget.value)} />
)

function Order() {
  const order = useCommand(orderItem, { timeout: '5s' })
  const kinds = useQuery(echo, undefined, { live: true })
  kinds.value?.at.getTime()
  for (const error of order.errors) if (error.code === 'SoldOut') error.data.until.getTime()
  // @ts-expect-error it wants an item
  const wrong = () => order.call({ quantity: 2 })
  // @ts-expect-error no such field
  useQuery(tell, { dais: 3 })
  // @ts-expect-error nothing goes on after it
  useRun(putFile, 'run-1')
  return <button disabled={order.isPending} onClick={() => void (order.isPending ? wrong() : order.call({ item: 'loom' }))}>{order.value?.left}</button>
}

const errors: OrderItemError[] = []
createRoot(document.body).render(
  <StrictMode>
    <ClientProvider client={createClient()}>
      <Order />
      <OrderItemForm
        initial={{ item: 'loom', quantity: 2 }}
        onSucceeded={({ left, at }, input) => console.log(left.toFixed(), at.getTime(), input.item)}
        onFailed={(failed) => errors.push(...failed)}
        fields={{ quantity: { label: 'How many', control: Stars } }}
        classes={{ submit: 'primary' }}
        words={{ submit: 'Order' }}
        messageOf={(error) => (error.code === 'SoldOut' ? String(error.data.until) : undefined)}
      />
      {/* @ts-expect-error a quantity is a number */}
      <OrderItemForm initial={{ quantity: 'two' }} />
      <PutFileForm />
    </ClientProvider>
  </StrictMode>,
)
`

test('hooks and forms compile in strict mode', { timeout: 60_000 }, async () => {
  const folder = await project({ 'page.tsx': page })
  expect(complaintsAbout(folder, { ...strictest, ...forPages, jsx: 'react-jsx' })).toBe('')
})

test('a form costs a page less than 8 KB, gzipped, beside React and the client', async () => {
  const call = `import { createClient } from './client.js'\nimport { orderItem } from './shop.js'\n`
  const folder = await project({
    'call.ts': `${call}await createClient().call(orderItem, { item: 'loom' })`,
    'hook.ts': `${call}import { ClientProvider, useCommand } from './react.js'\nexport const use = () => [useCommand(orderItem), ClientProvider, createClient()]`,
    'form.ts': `${call}import { ClientProvider } from './react.js'\nimport { OrderItemForm } from './shop-forms.js'\nexport { OrderItemForm, ClientProvider, createClient }`,
  })
  const sizeOf = async (file: string) =>
    gzipSync(await bundled(folder, file, { platform: 'browser', external: /^react/ })).byteLength
  const [alone, hook, form] = [await sizeOf('call.ts'), await sizeOf('hook.ts'), await sizeOf('form.ts')]
  expect(hook - alone).toBeLessThan(1024)
  expect(form - alone).toBeLessThan(8192)
})

test('pages are rendered on a server, before anything is asked', async () => {
  const folder = await project({
    'page.tsx': `
import { StrictMode } from 'react'
import { renderToString } from 'react-dom/server'
import { createClient } from './client.js'
import { ClientProvider, useQuery } from './react.js'
import { tell, wait } from './shop.js'
import { OrderItemForm } from './shop-forms.js'
let asked = 0
const client = createClient({ url: 'http://shop.example', fetch: () => { asked++; throw new Error('asked') } })
const Loading = () => {
  const { isLoading, value } = useQuery(wait, {}, { initial: undefined })
  return <p>{String(isLoading)} {String(value)}</p>
}
export const html = renderToString(<StrictMode><ClientProvider client={client}><Loading /><OrderItemForm initial={{ item: '<loom>' }} /></ClientProvider></StrictMode>)
export const count = asked
export const forgotten = (() => { try { renderToString(<Loading />); return '' } catch (error) { return error.message } })()
`,
  })
  writeFileSync(join(folder, 'page.mjs'), await bundled(folder, 'page.tsx', { platform: 'node', external: /^react/ }))
  const { html, count, forgotten } = (await import(
    /* @vite-ignore */ pathToFileURL(join(folder, 'page.mjs')).href
  )) as {
    readonly html: string
    readonly count: number
    readonly forgotten: string
  }
  expect(html).toContain('<p>true<!-- --> <!-- -->undefined</p>')
  expect(html).toContain('value="&lt;loom&gt;"')
  expect(html).toMatch(/<label for="([^"]+)"[^>]*>Item<\/label><input id="\1"[^>]* name="item"/)
  expect(count).toBe(0)
  expect(forgotten).toContain('put a <ClientProvider client={…}> around')
})
