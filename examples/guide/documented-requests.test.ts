import { type App, type HttpPart } from 'heddle'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import mail from './queues.ts'
import trips from './runs.ts'

const folder = mkdtempSync(join(tmpdir(), 'heddle-requests-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The first request of a page as `curl` sends it, and the header lines that the page shows as its answer. */
function requestOf(page: string) {
  const text = readFileSync(join(import.meta.dirname, '../../docs', page), 'utf8')
  const [, block = ''] = /^(curl [\s\S]*?)```/m.exec(text) ?? []
  const [, path = ''] = /localhost:3000(\S+)/.exec(block) ?? []
  const headers = [...block.matchAll(/-H '([^:']+): ([^']+)'/g)].map(([, name, value]) => [name!, value!] as const)
  const [, body = ''] = /-d '([^']+)'/.exec(block) ?? []
  return {
    path,
    headers: Object.fromEntries(headers),
    body,
    shown: [...block.matchAll(/^# (.+)$/gm)].map(([, is]) => is!),
  }
}

test.each<[string, App]>([
  ['queues.md', mail],
  ['runs.md', trips],
])('the request on the page %s is answered by its app as the page says', async (page, declared) => {
  const { path, headers, body, shown } = requestOf(page)
  const app = await declared.open({ folder: join(folder, page), environment: { PORT: '0' } })
  try {
    await app.start()
    const { url } = app.parts.find((part): part is HttpPart => part.name === 'http')!
    const answer = await fetch(url + path, { method: 'POST', headers, body })
    const [status, ...lines] = shown
    expect(`${answer.status} Accepted`).toBe(status)
    for (const line of lines) {
      const [, name = '', value = ''] = /^([\w-]+): (.+)$/.exec(line) ?? []
      expect(answer.headers.get(name)?.replaceAll(/run=[\w-]+/g, 'run=…')).toBe(value)
    }
  } finally {
    await app.close()
  }
})
