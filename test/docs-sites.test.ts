import { posix } from 'node:path'
import type { App, Manifest } from '@heddle/core'
import { publicManifest } from '@heddle/serve'
import { docsSite } from '@heddle/serve/docs'
import { expect, test } from 'vitest'

const apps = [
  '../examples/bank/app.ts',
  '../examples/flights/app.ts',
  '../examples/orders/app.ts',
  '../examples/guide/client.ts',
  '../examples/guide/entities.ts',
  '../examples/guide/exposing.ts',
  '../examples/guide/queues.ts',
  '../examples/guide/state-machines.ts',
  '../examples/guide/workflows.ts',
]

const entities: Readonly<Record<string, string>> = { gt: '>', lt: '<', quot: '"', '#39': "'", amp: '&' }
const unescaped = (text: string) => text.replaceAll(/&(#39|\w+);/g, (_, name: string) => entities[name] ?? name)
const all = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, found]) => unescaped(found!))

/** What is wrong with the pages of a site: links and hits of the search that lead nowhere, places with the same address. */
function findingsIn(site: Readonly<Record<string, string>>): string[] {
  const places = new Map(Object.entries(site).map(([path, text]) => [path, all(text, /\sid="([^"]*)"/g)]))
  const isThere = (path: string, anchor: string) =>
    places.has(path) && (anchor === '' || places.get(path)!.includes(anchor))
  const twice = [...places].flatMap(([path, ids]) =>
    ids.filter((id, at) => ids.indexOf(id) !== at).map((id) => `${path}: ${id} stands twice`),
  )
  const links = Object.entries(site).flatMap(([path, text]) =>
    all(text, /href="([^"]*)"/g)
      .filter((href) => href !== 'data:,' && !href.includes('#search='))
      .filter((href) => {
        const [file = '', anchor = ''] = href.split('#')
        const target = file === '' ? path : posix.join(posix.dirname(path), file)
        return !isThere(target, decodeURIComponent(anchor))
      })
      .map((href) => `${path}: ${href} leads nowhere`),
  )
  const [index = '[]'] = /(?<=id="index">)[^]*?(?=<\/script>)/.exec(site['index.html']!) ?? []
  const hits = JSON.parse(index) as { u: string; f: string[]; e: [string, string][] }[]
  const lost = hits.flatMap(({ u, f, e }) =>
    [...f, ...e.map(([, key]) => key)].filter((anchor) => !isThere(u, anchor)).map((anchor) => `${u}#${anchor}: lost`),
  )
  return [...twice, ...links, ...lost]
}

test.each(apps)(
  'the documents of %s are whole: every link and every hit of the search leads to its place',
  async (file) => {
    const { default: declared } = (await import(file)) as { default: App }
    const manifest = declared.manifest() as Manifest
    for (const told of [manifest, publicManifest(manifest, 'http')]) {
      const site = docsSite(told, { internal: true })
      expect(Object.keys(site).length).toBeGreaterThan(2)
      expect(findingsIn(site)).toEqual([])
      expect(docsSite(told, { internal: true })).toEqual(site)
    }
  },
)
