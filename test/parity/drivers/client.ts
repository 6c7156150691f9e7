import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Json, type Manifest, toJson } from '@heddle/core'
import { generateClient } from '@heddle/serve/client'
import type { Client, ClientOptions } from '../../../packages/serve/src/client/runtime/index.ts'
import type { AnyCommand } from '../../../packages/serve/src/client/runtime/types.ts'
import type { Asked, Driver, ToldOutcome } from '../driver.ts'
import { failedWith, succeededWith } from '../told.ts'

/** The generated client, made of what the app tells strangers. */
export const driver: Driver = {
  surface: 'client',
  async open({ url, folder, people }) {
    const manifest = (await (await fetch(`${url}/_heddle/manifest.json`)).json()) as Manifest
    const { createClient, commands } = await load(generateClient(manifest), join(folder, 'client'))
    const clients = new Map<string, Client>()
    const clientOf = (as: string) => {
      const client = clients.get(as) ?? createClient({ url, headers: people.headers(as), retries: 0 })
      clients.set(as, client)
      return client
    }
    return {
      async call(name, input, asked) {
        const command = commands.get(name)
        return command ? callBy(clientOf(asked.as), command, input, asked) : 'nowhere'
      },
      async close() {
        for (const client of clients.values()) client.close()
      },
    }
  },
}

/** Writes the files of a client and imports them, as an app that has them among its own does. */
async function load(files: Readonly<Record<string, string>>, folder: string) {
  mkdirSync(folder)
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  const load = (name: string) => import(/* @vite-ignore */ pathToFileURL(join(folder, name)).href) as Promise<object>
  const { createClient } = (await load('client.ts')) as { createClient(options: ClientOptions): Client }
  const domains = await Promise.all(
    Object.keys(files)
      .filter((name) => name !== 'client.ts')
      .map(load),
  )
  const commands = domains.flatMap((domain) => Object.values(domain) as AnyCommand[])
  return { createClient, commands: new Map(commands.map((command) => [command.name, command])) }
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
