// needs: chromium
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { app, command, http, memoryLog } from 'heddle'
import { consolePage } from 'heddle/console'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { runTool, type Tool } from '../packages/heddle/fixtures/run-tool.ts'

const people = new Map([
  ['Bearer olga', { id: 'olga', permissions: ['heddle:operate'] }],
  ['Bearer bob', { id: 'bob', permissions: [] }],
])
const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'heddle-console-'))
let browser: Browser
let tool: Tool
let url: string
let page: Page
const mistakes: string[] = []

async function serve(port: string): Promise<void> {
  tool = runTool(root, ['start', 'examples/guide/console.ts', '--folder', folder], { env: { PORT: port } })
  const [, address] = await tool.says(/console (http:\S+)/)
  url = address!
}

/** Another client of the app, on this machine too. */
async function call(command: string, input: unknown): Promise<unknown> {
  const answer = await fetch(`${url}/api/${command.replace('.', '/')}`, {
    method: 'POST',
    headers: { 'heddle-console': '1', 'content-type': 'application/json' },
    body: JSON.stringify(input),
  })
  return answer.json()
}

const at = (place: string) => page.goto(`${url}#/${place}`)
const isShown = (selector: string) => page.locator(selector).first().waitFor()

beforeAll(async () => {
  await serve('0')
  // Its sandbox wants rights that a container does not give.
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  page = await browser.newPage()
  page.on('pageerror', ({ message }) => mistakes.push(message))
  page.on('console', (line) => {
    // Browsers tell of refused calls and of a server that is gone; what the policy of the page forbids is a mistake.
    if (line.type() === 'error' && !/^Failed to load resource|ERR_/.test(line.text())) mistakes.push(line.text())
  })
  await page.goto(url)
  await isShown('.link.open')
})
afterAll(async () => {
  await browser?.close()
  tool?.process.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
  expect(mistakes).toEqual([])
})

test('a command is found, filled in and run, and a wrong field is marked', async () => {
  await page.keyboard.press('/')
  await page.keyboard.type('oven heat')
  expect(await page.locator('.list a').count()).toBe(1)
  await page.locator('.list a').click()
  await page.getByLabel('hot').selectOption('true')
  await page.getByRole('button', { name: 'Run' }).click()
  await isShown('.outcome.good')

  await at('commands/bakery.Bake')
  await page.getByLabel('loaves').fill('99')
  await page.keyboard.press('Enter')
  await isShown('[data-flag=loaves][aria-invalid=true]')
  expect(
    await page.locator('[data-flag=loaves] + .error, #bakery\\.Bake--loaves-error').first().textContent(),
  ).not.toBe('')
})

test('an event is shown when it happens', async () => {
  await at('events')
  await page.getByText('Events are shown here as they come.').waitFor()
  await call('bakery.Bake', { bread: 'rye', loaves: 7 })
  await page.locator('.events li', { hasText: '"loaves":7' }).waitFor()
})

test('the timeline of a run goes on while it is looked at', async () => {
  const { run } = (await call('bakery.Fulfil', { bread: 'rye', to: 'Ann' })) as { run: string }
  await at('runs')
  await page.getByRole('link', { name: run }).click()
  await page.getByText('it waits for the signal tasted').waitFor()
  await isShown('.timeline .waits')
  await call('bakery.SignalFulfilTasted', { run, data: { taste: 'crusty' } })
  await page.locator('.timeline li', { hasText: 'crusty' }).waitFor()
  await isShown('.timeline .end')
})

test('a dead letter appears, fails again, and is gone when its replay succeeds', async () => {
  await at('letters')
  await page.getByText('Nothing has failed for good.').waitFor()
  await call('bakery.HeatOven', { hot: false })
  await call('bakery.Bake', { bread: 'spelt', loaves: 3 })
  const letter = page.locator('.letter')
  await letter.getByText('OvenCold').waitFor()
  await letter.getByText('Input and errors').click()
  await letter.getByText('"spelt"').waitFor()
  await letter.getByRole('button', { name: 'Replay' }).click()
  await page.getByText('1 failed again').waitFor()
  await page.getByText('replayed 1 times').waitFor()
  await call('bakery.HeatOven', { hot: true })
  await page.locator('.letter').getByRole('button', { name: 'Replay' }).click()
  await page.getByText('Nothing has failed for good.').waitFor()
})

test('long lists come a page at a time, and all that is listed is replayed at once', async () => {
  await call('bakery.HeatOven', { hot: false })
  for (let loaves = 1; loaves <= 40; loaves++) await call('bakery.Bake', { bread: 'rye', loaves })
  for (let loaves = 1; loaves <= 12; loaves++) await call('bakery.Bake', { bread: 'spelt', loaves })
  await page.locator('.letter').nth(49).waitFor()
  await page.getByRole('button', { name: 'Next' }).click()
  await page.getByText('page 2').waitFor()
  await page.waitForFunction("document.querySelectorAll('.letter').length === 2")
  await page.getByRole('button', { name: 'Previous' }).click()
  await page.locator('.letter').nth(49).waitFor()
  await call('bakery.HeatOven', { hot: true })
  const asked: string[] = []
  const answer = (accepts: boolean) =>
    page.once('dialog', (dialog) => {
      asked.push(dialog.message())
      void (accepts ? dialog.accept() : dialog.dismiss())
    })
  answer(false)
  await page.getByRole('button', { name: 'Replay these' }).click()
  answer(true)
  await page.getByRole('button', { name: 'Replay these' }).click()
  await page.getByText('50 replayed.').waitFor()
  await page.waitForFunction("document.querySelectorAll('.letter').length === 2")
  answer(true)
  await page.getByRole('button', { name: 'Replay these' }).click()
  await page.getByText('Nothing has failed for good.').waitFor()
  const many = 'Replay 50 calls of bakery.Bake?'
  expect(asked).toEqual([many, many, 'Replay 2 calls of bakery.Bake?'])
})

test('an address with a broken escape leaves the page at work', async () => {
  const other = await browser.newPage()
  for (const place of ['runs/%E0%A4%A', 'commands/%E0%A4%A']) {
    await other.goto('about:blank')
    await other.goto(`${url}#/${place}`)
    await other.locator('.link.open').waitFor()
  }
  await other.getByText('There is no command %E0%A4%A.').waitFor()
  await other.close()
})

test('a page that nobody looks at holds no connection, and catches up when it is looked at', async () => {
  const lookAway = (hidden: boolean) =>
    page.evaluate((value) => {
      Object.defineProperty(document, 'hidden', { value, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    }, hidden)
  await at('events')
  await isShown('.events li')
  await lookAway(true)
  await page.getByText('resting while nobody looks').waitFor()
  await call('bakery.Bake', { bread: 'wheat', loaves: 21 })
  expect(await page.locator('.events li', { hasText: '"wheat","loaves":21' }).count()).toBe(0)
  await lookAway(false)
  await page.locator('.events li', { hasText: '"wheat","loaves":21' }).waitFor()
  // What came before the page looked for them can be had, too.
  await page.getByRole('button', { name: 'Earlier ones' }).click()
  await isShown('.events li[data-offset="1"]')
})

test(
  'a server that is killed again and again is missed, and what happened meanwhile is shown when it is back',
  { timeout: 90_000 },
  async () => {
    const { run } = (await call('bakery.Fulfil', { bread: 'wheat', to: 'Ben' })) as { run: string }
    const runs = await browser.newPage()
    await runs.goto(`${url}#/runs/${run}`)
    await runs.locator('.timeline .waits').waitFor()
    await at('events')
    const { events } = (await call('heddle.ListEvents', {})) as { events: readonly { readonly offset: number }[] }
    await isShown(`.events li[data-offset="${events.at(-1)!.offset}"]`)

    const rounds = [31, 32, 33]
    for (const loaves of rounds) {
      tool.process.kill('SIGKILL')
      await tool.ended()
      await page.getByText('connection lost, trying again').waitFor()
      await serve(new URL(url).port)
      // Before the page has come back, or after it: it is told all the same.
      await call('bakery.Bake', { bread: 'spelt', loaves })
      await page.getByText('connected again').waitFor()
      await page.locator('.events li', { hasText: `"spelt","loaves":${loaves}` }).waitFor()
    }
    await call('bakery.SignalFulfilTasted', { run, data: { taste: 'smoky' } })
    // None is missing, and none is there twice.
    const offsets = await page
      .locator('.events li')
      .evaluateAll((items) => items.map((item) => Number((item as HTMLElement).dataset.offset)))
    expect(offsets).toEqual(offsets.map((_, index) => offsets[0]! - index))
    expect(offsets[0]).toBe(events.at(-1)!.offset + rounds.length)
    await runs.locator('.timeline .end').waitFor()
    await runs.close()
  },
)

test('the health of the parts is shown', async () => {
  await at('health')
  await page.getByText('healthy', { exact: true }).waitFor()
  expect(await page.locator('.parts li').count()).toBeGreaterThan(2)
})

test('who operates an app in production signs in, and finds one of a thousand commands at once', async () => {
  const commands = Object.fromEntries(
    Array.from({ length: 1000 }, (_, number) => [
      `do${number}`,
      command(`shop.Do${number}`, {
        summary: `Do the thing number ${number}`,
        input: z.object({ text: z.string() }),
        output: z.object({ text: z.string() }),
        access: 'public',
        run: ({ input }) => input,
      }),
    ]),
  )
  const surface = http({
    port: 0,
    mounts: [consolePage()],
    authenticate: (request) => people.get(request.header('authorization') ?? ''),
  })
  const open = await app('shop', { parts: [commands, surface] }).open({
    mode: 'production',
    ports: { log: memoryLog() },
  })
  await open.start()
  const other = await browser.newPage()
  await other.goto(`${surface.url}/_heddle/console`)
  const signIn = async (token: string) => {
    await other.getByLabel('Authorization').fill(token)
    await other.keyboard.press('Enter')
  }
  await signIn('bob')
  await other.getByRole('alert').getByText('heddle:operate').waitFor()
  await signIn('olga')
  await other.locator('.link.open').waitFor()
  await other.getByText('1000 commands').waitFor()
  expect(await other.locator('.list a').count()).toBe(100)
  await other.getByLabel('Search').fill('number 777')
  await other.getByRole('link', { name: 'shop.Do777' }).click()
  await other.getByLabel('text').fill('<b>bold</b>')
  await other
    .getByRole('button', { name: 'Ask' })
    .or(other.getByRole('button', { name: 'Run' }))
    .click()
  await other.locator('.outcome.good', { hasText: '<b>bold</b>' }).waitFor()
  // Nothing of it is kept where another page or another visit would find it.
  expect(await other.evaluate(() => [localStorage.length, sessionStorage.length, document.cookie])).toEqual([0, 0, ''])
  await other.goto(`${surface.url}/_heddle/console#/letters`)
  await other.getByText("Heddle's own commands are not in this app.").waitFor()
  await other.close()
  await open.close({ graceMs: 0 })
})
