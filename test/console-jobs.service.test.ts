// needs: chromium
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runTool, type Tool } from '../packages/heddle/fixtures/run-tool.ts'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'heddle-console-jobs-'))
let browser: Browser
let tool: Tool
let page: Page
let url: string
const mistakes: string[] = []

beforeAll(async () => {
  const words = ['start', 'examples/flights/app.ts', '--folder', folder, '--set', 'speed=15d/s']
  tool = runTool(root, words, { env: { PORT: '0' } })
  const [, address] = await tool.says(/console (http:\S+)/)
  url = address!
  // Its sandbox wants rights that a container does not give.
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
  page = await browser.newPage()
  page.on('pageerror', ({ message }) => mistakes.push(message))
  page.on('console', (line) => {
    if (line.type() === 'error' && !/^Failed to load resource|ERR_/.test(line.text())) mistakes.push(line.text())
  })
}, 120_000)
afterAll(async () => {
  await browser?.close()
  tool?.process.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
  expect(mistakes).toEqual([])
})

const stateIs = (state: string) => page.locator('.job .badge.state', { hasText: state }).waitFor()
const figure = (name: string) => page.locator('.tiles > div', { hasText: name }).locator('dd')
const view = (name: string) => page.locator('.live').filter({ has: page.getByRole('heading', { name }) })

test(
  'the jobs are listed as they go on, and one shows its live views as charts and tables',
  { timeout: 90_000 },
  async () => {
    await page.goto(`${url}#/jobs`)
    await page.getByRole('link', { name: 'flights.Delays' }).click()
    await view('hours').locator('canvas').nth(3).waitFor()
    await view('today').locator('td').first().waitFor()
    await stateIs('ended')
    await page.waitForFunction(
      "[...document.querySelectorAll('.tiles > div')].some((tile) => tile.textContent === 'Records20,000')",
    )
    expect(await view('hours').locator('.told').first().textContent()).toMatch(/^\d+ at 2001-03-31 \d\d:\d\d$/)
    expect(await view('streaks').locator('tbody tr').count()).toBeGreaterThan(0)
    expect(await figure('Thread').textContent()).toBe('main')
    expect(Number(await figure('Late records').textContent())).toBeGreaterThan(0)
    await view('tooLate').locator('td', { hasText: '20k:' }).first().waitFor()
  },
)

test('the broken rows lie among the dead letters, with the place where each stands', async () => {
  await figure('Dead letters').getByRole('link', { name: '50' }).click()
  await page.locator('.letter', { hasText: 'flights-broken.ndjson:' }).first().waitFor()
})

test('one is given back to its job, which is told to take it once it goes on', async () => {
  await page.getByLabel('Command').fill('flights.Delays/source')
  await page.getByLabel('Command').press('Enter')
  await page.locator('.letter', { hasText: 'flights.Delays/' }).first().waitFor()
  await page.locator('.letter').first().getByRole('button', { name: 'Replay' }).click()
  await page.getByText(/^1 given back to flights\.Delays: flights\.Delays is ended, and takes them once/).waitFor()
  const waiting = page.locator('.letter', { hasText: 'It waits for flights.Delays, which takes its record again.' })
  await waiting.waitFor()
  expect(await waiting.getByRole('button', { name: 'Replay' }).count()).toBe(0)
})

test('a job that has ended begins anew, is paused and goes on', { timeout: 60_000 }, async () => {
  await page.goto(`${url}#/jobs/flights.Delays`)
  await stateIs('ended')
  page.once('dialog', (dialog) => void dialog.accept())
  await page.getByRole('button', { name: 'Begin anew' }).click()
  await stateIs('running')
  await page.getByRole('button', { name: 'Pause' }).click()
  await stateIs('paused')
  await page.getByRole('button', { name: 'Resume' }).click()
  await stateIs('ended')
  await page.waitForFunction(
    "[...document.querySelectorAll('.tiles > div')].some((tile) => tile.textContent === 'Records20,000')",
  )
})
