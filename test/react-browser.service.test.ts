// needs: chromium
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { complaintsAbout, forPages } from '../packages/serve/test/compiled.ts'
import { reactPage } from './fixtures/react-page.ts'

let browser: Browser
let served: Awaited<ReturnType<typeof reactPage>>
let context: BrowserContext
/** What browsers complain about: React does it there, e.g. of keys and of what changes its kind. */
const complaints: string[] = []

beforeAll(async () => {
  served = await reactPage()
  for (const [id, balance] of [
    ['ada', 1000],
    ['bob', 0],
  ] as const)
    await served.app.callOrThrow(served.openAccount, { id, balance })
  // Its sandbox wants rights that a container does not give.
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
})
afterAll(async () => {
  await browser?.close()
  await served?.close()
})
beforeEach(async () => {
  complaints.length = 0
  context = await browser.newContext({ viewport: { width: 1280, height: 900 }, timezoneId: 'Europe/Berlin' })
  return () => context.close()
})

async function tab(path = '/page'): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('Failed to load')) complaints.push(message.text())
  })
  await page.goto(served.url + path)
  await page.waitForSelector('#accounts li')
  return page
}

const shot = async (page: Page, name: string) => {
  if (process.env.SCREENSHOTS !== undefined)
    await page.screenshot({ path: join(process.env.SCREENSHOTS, `${name}.png`), fullPage: true })
}

test('the page compiles in strict mode', { timeout: 60_000 }, () => {
  const options = {
    ...forPages,
    target: 'es2022',
    jsx: 'react-jsx',
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
  }
  expect(complaintsAbout(served.folder, options)).toBe('')
})

test('a form sends what it was filled in with, and what a command changes is shown in all tabs', async () => {
  const [here, there, live] = [await tab(), await tab(), await tab('/page#live')]
  const transfer = here.locator('#transfer form')
  await transfer.getByLabel('From').fill('ada')
  await transfer.getByLabel('To').fill('bob')
  await transfer.getByLabel('How much').fill('300')
  await transfer.getByRole('button', { name: 'Transfer money' }).click()
  for (const page of [here, there, live]) await page.getByText('bob 300').waitFor()
  await transfer.getByText('Done.').waitFor()
  expect(await transfer.getByLabel('How much').inputValue()).toBe('')
  await shot(here, 'succeeded')
  expect(complaints).toEqual([])
})

test('what the server changes by itself is pushed', async () => {
  const page = await tab('/page#live')
  await served.app.callOrThrow(served.openAccount, { id: 'cleo', balance: 5 })
  await page.getByText('cleo 5').waitFor()
  await served.app.callOrThrow(served.tellTransfer, { from: 'ada', cents: 77 })
  await page.getByText('77 from ada').waitFor()
  expect(complaints).toEqual([])
})

test('nothing is sent that the browser can tell to be wrong; what only the server knows stands at its field', async () => {
  const page = await tab()
  const calls: string[] = []
  page.on('request', (request) => request.method() === 'POST' && calls.push(request.url()))
  const transfer = page.locator('#transfer form')
  const send = () => transfer.getByRole('button', { name: 'Transfer money' }).click()
  await transfer.getByLabel('From').fill('nobody')
  await transfer.getByLabel('How much').fill('0')
  await send()
  await transfer.getByLabel('To').fill('bob')
  await send()
  expect(await transfer.evaluate((form: HTMLFormElement) => form.checkValidity())).toBe(false)
  expect(calls).toEqual([])
  await transfer.getByLabel('How much').fill('5')
  await send()
  const from = transfer.getByLabel('From')
  await transfer.locator('.heddle-error').waitFor()
  expect(await from.getAttribute('aria-invalid')).toBe('true')
  const described = (await from.getAttribute('aria-describedby'))!
  expect(await page.locator(`[id="${described}"]`).textContent()).toContain('nobody')
  expect(await from.evaluate((control) => document.activeElement === control)).toBe(true)
  await shot(page, 'error-at-field')
  await from.fill('ada')
  await transfer.getByLabel('How much').fill('99999')
  await send()
  const alert = transfer.getByRole('alert')
  await alert.getByText('cents are missing').waitFor()
  expect(await from.getAttribute('aria-invalid')).toBeNull()
  await shot(page, 'declared-error')
  await transfer.getByLabel('To').fill('ada')
  await send()
  await alert.getByText(/same account/i).waitFor()
  expect(complaints).toEqual([])
})

test('what was not answered is the same call when it is sent once more', async () => {
  const page = await tab()
  await served.app.callOrThrow(served.openAccount, { id: 'dan', balance: 100 })
  let lost = 0
  await page.route('**/bank/TransferMoney', async (route) => {
    // The client tries three times; the server has done it each time.
    if (lost++ >= 3) return route.continue()
    await route.fetch()
    return route.abort()
  })
  const transfer = page.locator('#transfer form')
  await transfer.getByLabel('From').fill('dan')
  await transfer.getByLabel('To').fill('bob')
  await transfer.getByLabel('How much').fill('40')
  await transfer.getByRole('button', { name: 'Transfer money' }).click()
  await transfer.getByRole('alert').getByText('does not answer').waitFor()
  await transfer.getByRole('button', { name: 'Transfer money' }).click()
  await transfer.getByText('Done.').waitFor()
  await page.getByText('dan 60').waitFor()
  expect(lost).toBe(4)
})

test('a form shows how far its command is, and can end it', async () => {
  const page = await tab()
  const bake = page.locator('#bake form')
  await bake.getByLabel('Dough').fill('rye')
  await bake.getByRole('button', { name: 'Bake' }).click()
  await page.waitForFunction('document.querySelector("#bake progress")?.value === 1')
  await shot(page, 'pending')
  await bake.getByRole('button', { name: 'Cancel' }).click()
  await bake.getByText('Cancelled.').waitFor()
  expect(await bake.getByLabel('Dough').inputValue()).toBe('rye')
  await bake.getByRole('button', { name: 'Bake' }).click()
  await page.waitForFunction('document.querySelector("#bake progress")?.value === 1')
  served.oven.open()
  await bake.getByText('Done.').waitFor()
  expect(served.oven.ends).toEqual(['rye left', 'rye baked'])
  expect(complaints).toEqual([])
})

test('what cannot be undone is asked about first', async () => {
  const page = await tab()
  const calls: string[] = []
  page.on('request', (request) => request.method() === 'POST' && calls.push(request.url()))
  const drop = page.locator('#drop form')
  await drop.getByLabel('Name').fill('red')
  await drop.getByRole('button', { name: 'Drop kit' }).click()
  const asked = drop.getByRole('alertdialog')
  await asked.waitFor()
  await shot(page, 'asked')
  await asked.getByRole('button', { name: 'No, go back' }).click()
  await asked.waitFor({ state: 'detached' })
  expect(calls).toEqual([])
  await drop.getByRole('button', { name: 'Drop kit' }).click()
  await asked.getByRole('button', { name: 'Yes, go on' }).click()
  await drop.getByText('Done.').waitFor()
  expect(calls).toHaveLength(1)
  expect(complaints).toEqual([])
})

test('a workflow is begun by its form and followed to its end', async () => {
  const page = await tab()
  const order = page.locator('#orders form')
  await order.getByLabel('Order', { exact: true }).fill('o-1')
  await order.getByLabel('Address').fill('Main Street 1')
  await order.getByLabel('Article').fill('chair')
  await order.getByLabel('Qty').fill('2')
  await order.getByLabel('Cents').fill('4200')
  await order.getByRole('button', { name: 'Place order' }).click()
  await page.locator('#run').getByText('parcel-1').waitFor()
  await page.locator('#placed').getByText('o-1').waitFor()
  await shot(page, 'order')
  expect(complaints).toEqual([])
})

test('a run that fails tells why, and one that waits is ended by its handle', async () => {
  const page = await tab()
  const order = page.locator('#orders form')
  const place = async (id: string, address: string, cents: string) => {
    await order.getByLabel('Order', { exact: true }).fill(id)
    await order.getByLabel('Address').fill(address)
    await order.getByLabel('Article').fill('chair')
    await order.getByLabel('Qty').fill('1')
    await order.getByLabel('Cents').fill(cents)
    await order.getByRole('button', { name: 'Place order' }).click()
  }
  await place('o-2', 'nowhere', '100')
  await page.locator('#run').getByText('NoSuchAddress').waitFor()
  // Somebody has to say yes to so much.
  await place('o-3', 'Main Street 1', '200000')
  await page.locator('#run').getByText('running').waitFor()
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.locator('#run').getByText('RunCancelled').waitFor()
  expect(complaints).toEqual([])
})

test('every kind of field is filled in, and sent as its type', async () => {
  const page = await tab()
  const kit = page.locator('#kit form')
  const fill = (label: string, text: string) => kit.getByLabel(label, { exact: true }).fill(text)
  await kit.locator('[name="name"]').fill('box')
  await fill('Mail', 'ann@example.org')
  await fill('Pin', '1234')
  expect(await kit.getByLabel('Pin').getAttribute('type')).toBe('password')
  expect(await kit.getByLabel('Count', { exact: true }).inputValue()).toBe('3')
  await fill('Big', '9007199254740993')
  await fill('Day', '2026-02-03')
  await fill('From', '2026-02-03T10:30')
  await fill('Amount', '19.9')
  await fill('Currency', 'eur')
  await kit.getByLabel('Size', { exact: true }).selectOption('large')
  await kit.getByLabel('Is gift').check()
  await kit.getByLabel('Is fragile').selectOption('No')
  await fill('Tags 1', 'a')
  await kit.getByRole('button', { name: 'Add: Tags' }).click()
  await fill('Tags 2', 'b')
  await kit.getByRole('button', { name: 'Add: Tags' }).click()
  await fill('Tags 3', 'c')
  await kit.getByRole('button', { name: 'Remove: Tags 2' }).click()
  await kit.getByRole('button', { name: 'Add: Place' }).click()
  await fill('Town', 'Ghent')
  await kit.getByRole('group', { name: 'Place' }).getByLabel('Street').fill('Main Street')
  await kit.getByRole('button', { name: 'Add: Sizes' }).click()
  await kit.getByLabel('Sizes 1: Name').fill('wide')
  await kit.getByLabel('Sizes 1', { exact: true }).fill('7')
  await fill('Pair 1', 'left')
  await fill('Pair 2', '0.5')
  await kit.getByRole('combobox', { name: 'Way' }).selectOption('Pick up')
  await fill('At', '2026-07-01T08:00')
  const tree = kit.getByRole('group', { name: 'Tree' })
  await tree.getByLabel('Name').fill('root')
  await tree.getByRole('button', { name: 'Add: Branches' }).click()
  await tree.getByRole('group', { name: 'Branches 1' }).getByLabel('Name').fill('twig')
  await fill('More', '{"a":[1]}')
  const wrong = await kit.evaluate((form: HTMLFormElement) =>
    [...form.querySelectorAll<HTMLInputElement>(':invalid:not(fieldset)')].map(({ name, validationMessage }) => [
      name,
      validationMessage,
    ]),
  )
  expect(wrong).toEqual([])
  await shot(page, 'kit')
  await kit.getByRole('button', { name: 'Make kit' }).click()
  await page.locator('#made').getByText('box').waitFor()
  expect(JSON.parse((await page.locator('#made').textContent())!)).toEqual({
    name: 'box',
    mail: 'ann@example.org',
    page: null,
    count: 3,
    big: '9007199254740993n',
    day: '2026-02-03',
    from: '2026-02-03T09:30:00.000Z',
    price: { minor: 1990, currency: 'EUR' },
    size: 'large',
    colour: null,
    isGift: true,
    isFragile: false,
    tags: ['a', 'c'],
    parts: [],
    place: { street: 'Main Street', town: 'Ghent' },
    sizes: { wide: 7 },
    pair: ['left', 0.5],
    way: { kind: 'pickUp', at: '2026-07-01T06:00:00.000Z' },
    tree: { name: 'root', branches: [{ name: 'twig', branches: [] }] },
    more: { a: [1] },
  })
  await kit.locator('[name="name"]').fill('photo box')
  await kit.getByLabel('Photo').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('png') })
  await fill('Page', 'https://example.org')
  await kit.getByLabel('Colour').selectOption('blue')
  await kit.getByRole('button', { name: 'Add: Parts' }).click()
  await fill('Sku', 's-1')
  await kit.getByRole('group', { name: 'Parts 1' }).getByLabel('Count').fill('2')
  await kit.getByRole('button', { name: 'Make kit' }).click()
  await page.locator('#made').getByText('photo box').waitFor()
  expect(JSON.parse((await page.locator('#made').textContent())!)).toMatchObject({
    page: 'https://example.org',
    colour: 'blue',
    big: '9007199254740993n',
    parts: [{ sku: 's-1', count: 2 }],
    photo: 'a.png png',
  })
  await kit.locator('[name="name"]').fill('huge')
  await kit.getByRole('button', { name: 'Make kit' }).click()
  await kit.getByRole('alert').getByText('There is no box of the size large.').waitFor()
  expect(complaints).toEqual([])
})

test('a page that a server has rendered is taken over as it is, in the time zone of its reader', async () => {
  const page = await tab('/hydrated')
  expect(await (await page.request.get(`${served.url}/hydrated`)).text()).toContain('early<!-- --> <!-- -->1')
  await page.getByText('ada').waitFor()
  expect(await page.getByLabel('Dough').inputValue()).toBe('rye')
  expect(await page.getByLabel('From').inputValue()).toBe('1970-01-01T01:00')
  expect(complaints).toEqual([])
})
