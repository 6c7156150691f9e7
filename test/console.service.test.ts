// needs: chromium
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runTool, type Tool } from '../packages/heddle/fixtures/run-tool.ts'

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

test('a server that is killed is missed, and what happened meanwhile is shown when it is back', async () => {
  const { run } = (await call('bakery.Fulfil', { bread: 'wheat', to: 'Ben' })) as { run: string }
  const runs = await browser.newPage()
  await runs.goto(`${url}#/runs/${run}`)
  await runs.locator('.timeline .waits').waitFor()
  await at('events')
  const { events } = (await call('heddle.ListEvents', {})) as { events: readonly { readonly offset: number }[] }
  await isShown(`.events li[data-offset="${events.at(-1)!.offset}"]`)

  tool.process.kill('SIGKILL')
  await tool.ended()
  await page.getByText('connection lost, trying again').waitFor()
  await serve(new URL(url).port)
  // Before the page has come back, or after it: it is told all the same.
  await call('bakery.Bake', { bread: 'spelt', loaves: 31 })
  await call('bakery.SignalFulfilTasted', { run, data: { taste: 'smoky' } })
  await page.getByText('connected again').waitFor()
  await page.locator('.events li', { hasText: '"loaves":31' }).waitFor()
  // None is missing, and none is there twice.
  const offsets = await page
    .locator('.events li')
    .evaluateAll((items) => items.map((item) => Number((item as HTMLElement).dataset.offset)))
  expect(offsets).toEqual(offsets.map((_, index) => offsets[0]! - index))
  expect(offsets).toHaveLength(events.length + 1)
  await runs.locator('.timeline .end').waitFor()
  await runs.close()
})

test('the health of the parts is shown', async () => {
  await at('health')
  await page.getByText('healthy', { exact: true }).waitFor()
  expect(await page.locator('.parts li').count()).toBeGreaterThan(2)
})
