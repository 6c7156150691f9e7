// needs: chromium
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writePages } from '../examples/guide/api-reference.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-docs-browser-'))
let browser: Browser
const pages = new Map<string, Page>()
/** What the browser complains of, and what it asks others for. */
const complaints: string[] = []

beforeAll(async () => {
  writePages(folder, 'team')
  browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
})
afterAll(async () => {
  await browser.close()
  rmSync(folder, { recursive: true, force: true })
})

/** A page of the site, opened as a file: there is no server. */
async function open(path: string, width = 1100): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 900 } })
  pages.set(path, page)
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (thrown) => complaints.push(thrown.message))
  page.on('request', (request) => {
    if (!/^(file|data):/.test(request.url())) complaints.push(request.url())
  })
  await page.goto(
    `${pathToFileURL(join(folder, path.split('#')[0]!)).href}${path.includes('#') ? `#${path.split('#')[1]}` : ''}`,
  )
  return page
}

const hits = (page: Page) => page.locator('#results a code').allTextContents()

test('the search finds names, summaries, fields and error codes, from the keyboard alone', async () => {
  const page = await open('index.html')
  const finds = async (words: string) => {
    await page.keyboard.press('/')
    await page.keyboard.type(words)
    const found = await hits(page)
    // Once to clear it, and once to leave it.
    for (const key of ['Escape', 'Escape']) await page.keyboard.press(key)
    return found
  }
  expect(await finds('lend')).toEqual(['library.LendBook', 'library.TakeBook'])
  expect(await finds('home')).toEqual(['library.Lent'])
  expect(await finds('reader')).toEqual(['library.LendBook'])
  expect(await finds('alllent')).toEqual(['library.LendBook'])
  expect(await finds('nowhere')).toEqual([])
  expect(await page.locator('#overview').isVisible()).toBe(true)

  await page.keyboard.press('/')
  await page.keyboard.type('lend')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/commands/library.TakeBook.html')
  expect(await page.locator('h1').textContent()).toBe('library.TakeBook')
})

test('an error code leads to its place, and a page below leads its search to the first one', async () => {
  const page = await open('commands/library.TakeBook.html')
  await page.keyboard.press('/')
  await page.keyboard.type('AllLent')
  await page.keyboard.press('Enter')
  await page.waitForURL('**/index.html#search=AllLent')
  expect(await hits(page)).toEqual(['library.LendBook'])
  await page.locator('#search').press('Enter')
  await page.waitForURL('**/commands/library.LendBook.html#*')
  expect(await page.locator(':target h3').textContent()).toContain('domain:AllLent')
  await page.goBack()
  expect(await page.locator('#search').inputValue()).toBe('AllLent')
})

test('an address with a broken escape is searched for as it stands', async () => {
  const page = await open('index.html#search=%E0%A4')
  expect(await page.locator('#search').inputValue()).toBe('%E0%A4')
  expect(complaints).toEqual([])
})

test.each(['index.html', 'errors.html', 'surfaces.html', 'commands/library.LendBook.html'])(
  '%s is as wide as a small screen',
  async (path) => {
    const page = await open(path, 360)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360)
  },
)

test('nothing was asked of others, and no script or style was refused', () => {
  expect(pages.size).toBeGreaterThan(4)
  expect(complaints).toEqual([])
})
