import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Json, type Manifest, toJson } from '@heddle/core'
import { generateClient } from '@heddle/serve/client'
import type { Client, ClientOptions } from '../../../packages/serve/src/client/runtime/index.ts'
import type { AnyCommand } from '../../../packages/serve/src/client/runtime/types.ts'
import type { Asked, Driver, ToldOutcome } from '../driver.ts'
import { failedWith, succeededWith } from '../told.ts'

/** What a client is asked for over each way to its server. */
const ways = {
  http: () => ({}),
  batch: () => ({ batch: true }),
  websocket: ({ webSocket }: Loaded) => ({ transport: webSocket() }),
}

/** The generated client, made of what the app tells strangers, over one way to its server. */
const driverBy = (transport: keyof typeof ways): Driver => ({
  surface: 'client',
  transport,
  async open({ url, folder, people }) {
    const manifest = (await (await fetch(`${url}/_heddle/manifest.json`)).json()) as Manifest
    const loaded = await load(generateClient(manifest), join(folder, `client-${transport}`))
    const clients = new Map<string, Client>()
    const clientOf = (as: string) => {
      const { authorization } = people.headers(as)
      const options = { url, authorization: () => authorization, retries: 0, ...ways[transport](loaded) }
      const client = clients.get(as) ?? loaded.createClient(options)
      clients.set(as, client)
      return client
    }
    return {
      async call(name, input, asked) {
        const command = loaded.commands.get(name)
        return command ? callBy(clientOf(asked.as), command, input, asked) : 'nowhere'
      },
      async close() {
        for (const client of clients.values()) client.close()
      },
    }
  },
})

/** The generated client, each way. */
export const clientDrivers: readonly Driver[] = [driverBy('http'), driverBy('batch'), driverBy('websocket')]

/** A generated client, imported. */
interface Loaded {
  createClient(options: ClientOptions): Client
  webSocket(): NonNullable<ClientOptions['transport']>
  readonly commands: ReadonlyMap<string, AnyCommand>
}

/** Writes the files of a client and imports them, as an app that has them among its own does. */
async function load(files: Readonly<Record<string, string>>, folder: string): Promise<Loaded> {
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href) as Promise<object>
  const client = (await load('client.ts')) as Omit<Loaded, 'commands'>
  const domains = await Promise.all(
    Object.keys(files)
      .filter((name) => name !== 'client.ts')
      .map(load),
  )
  const commands = domains.flatMap((domain) => Object.values(domain) as AnyCommand[])
  return { ...client, commands: new Map(commands.map((command) => [command.name, command])) }
}

async function callBy(client: Client, command: AnyCommand, input: unknown, asked: Asked): Promise<ToldOutcome> {
  const { tenant, key, timeoutMs, signal } = asked
  const how = { tenant, key, signal, ...(timeoutMs !== undefined && { timeout: `${timeoutMs}ms` }) }
  const items: unknown[] = []
  const streamed = command.streamed && client.stream(command, input, how)
  if (streamed) for await (const item of streamed) items.push(item)
  const outcome = streamed ? await streamed.outcome() : await client.call(command, input, how)
  const told = toJson(outcome) as { readonly ok: boolean; readonly value?: Json; readonly errors?: Json }
  return told.ok ? succeededWith(told.value, toJson(items) as Json[]) : failedWith(told.errors, toJson(items) as Json[])
}
