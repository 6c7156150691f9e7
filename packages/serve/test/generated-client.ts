import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { createPorts, memoryLog, type OpenApp } from '@heddle/core'
import type { AnyCommand, Client, ClientOptions, EventType, Transport } from '../src/client/index.ts'
import { generateClient } from '../src/client/index.ts'
import { http, type HttpOptions, publicManifest } from '../src/index.ts'
import { authenticate, shopWith } from './client-app.ts'

/** A served app and the client that is generated from its manifest, as an app would have it among its files. */
export interface ClientAndServer extends AsyncDisposable {
  readonly app: OpenApp
  readonly url: string
  readonly commands: Readonly<Record<string, AnyCommand>>
  readonly events: Readonly<Record<string, EventType>>
  webSocket(): Transport
  clientOf(options?: ClientOptions): Client
}

interface ClientFile {
  createClient(options: ClientOptions): Client
  webSocket(): Transport
}

export async function clientAndServer(options: HttpOptions = {}): Promise<ClientAndServer> {
  const part = http({ port: 0, authenticate, ...options } as object)
  const app = await shopWith(part).open({ ports: createPorts({ log: memoryLog() }) })
  await app.start()
  const folder = mkdtempSync(join(tmpdir(), 'heddle-client-'))
  for (const [file, text] of Object.entries(generateClient(publicManifest(app.manifest, 'http'))))
    writeFileSync(join(folder, file), text)
  const load = (file: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)
  const { createClient, webSocket } = (await load('client.ts')) as ClientFile
  const domain = (await load('shop.ts')) as Record<string, AnyCommand & EventType>
  const clients: Client[] = []
  return {
    app,
    url: part.url!,
    commands: domain,
    events: domain,
    webSocket,
    clientOf(given = {}) {
      const client = createClient({ url: part.url!, authorization: () => 'Bearer ana', ...given })
      clients.push(client)
      return client
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.close()
      await app.close({ graceMs: 100 })
      rmSync(folder, { recursive: true })
    },
  }
}
