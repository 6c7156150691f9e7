import { type Manifest, seededRandom } from 'heddle'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type AnyCommand, type Client, type ClientOptions, type EventType, generateClient } from 'heddle/client'
import type { Transport } from 'heddle/client'
import { afterEach, expect, test } from 'vitest'
import { type LiveServer, startLive } from './fixtures/live-client.ts'

const seed = Number(process.env.HEDDLE_SEED ?? 11)
/** How often the server dies; `HEDDLE_KILLS=20` for longer. */
const kills = Number(process.env.HEDDLE_KILLS ?? 2)
const folder = mkdtempSync(join(tmpdir(), 'heddle-client-kill-'))
let server: LiveServer
afterEach(async () => {
  await server.kill()
  rmSync(folder, { recursive: true, force: true })
})

interface ClientFile {
  createClient(options: ClientOptions): Client
  webSocket(): Transport
}

test(
  `a generated client goes on after each kill -9 of its server: each call runs once, no event is missed or told twice (seed ${seed})`,
  { timeout: 60_000 + kills * 20_000 },
  async () => {
    server = await startLive(folder)
    const { url, port } = server
    const manifest = (await (await fetch(`${url}/_heddle/manifest.json`)).json()) as Manifest
    for (const [file, text] of Object.entries(generateClient(manifest))) writeFileSync(join(folder, file), text)
    const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)
    const { createClient, webSocket } = (await load('client.ts')) as ClientFile
    const { tell, told } = (await load('live.ts')) as Readonly<Record<string, AnyCommand & EventType>>

    const options = { url, authorization: () => 'Bearer ada', retries: 20, timeout: '40s' } as const
    const clients = [createClient(options), createClient({ ...options, transport: webSocket() })]
    const wanted = Array.from({ length: kills * 30 + 10 }, (_, index) => `text ${index}`)
    const following = clients.map(async (client) => {
      const texts: string[] = []
      for await (const { data } of client.events([told!], { after: 0 })) {
        if (texts.push((data as { readonly text: string }).text) === wanted.length) break
      }
      return texts
    })

    const random = seededRandom(seed)
    const dying = new Set(Array.from({ length: kills }, (_, round) => round * 30 + Math.floor(random.next() * 30)))
    for (const [index, text] of wanted.entries()) {
      const called = clients[index % clients.length]!.call(tell!, { texts: [text] })
      if (dying.has(index)) {
        await server.kill()
        server = await startLive(folder, port)
      }
      expect(await called).toMatchObject({ ok: true })
    }
    expect(await Promise.all(following)).toEqual([wanted, wanted])
    for (const client of clients) client.close()
  },
)
