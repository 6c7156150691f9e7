import { Client } from '@modelcontextprotocol/client'
import type { Transport } from '@modelcontextprotocol/client'
import { isStream } from '@heddle/core'
import type { Asked, Door, Setting, ToldOutcome } from '../driver.ts'
import { failedWith, succeededWith } from '../told.ts'
import { unlessLeft } from './post.ts'

/** Calls tools with the official client, one for each caller. */
export function toolDoor(
  { app }: Setting,
  transportOf: (as: string) => Transport | Promise<Transport>,
  closed: () => Promise<unknown>,
): Door {
  const isStreamed = (name: string) => {
    const command = app.commands.get(name)
    return command !== undefined && isStream(command.output)
  }
  const clients = new Map<string, Promise<Client>>()
  const clientOf = (as: string): Promise<Client> => {
    const known = clients.get(as) ?? connect(transportOf(as))
    clients.set(as, known)
    known.catch(() => clients.delete(as))
    return known
  }
  return {
    call: async (name, input, asked) =>
      unlessLeft(
        callTool(await clientOf(asked.as), { name, isStreamed: isStreamed(name) }, input, asked).catch(nowhere),
        asked.signal,
      ),
    async close() {
      await Promise.all([...clients.values()].map(async (client) => (await client).close()))
      await closed()
    },
  }
}

/** A tool that is not there is no result but a mistake of who asks. */
function nowhere(thrown: Error): 'nowhere' {
  if (/There is no tool/.test(thrown.message)) return 'nowhere'
  throw thrown
}

async function connect(transport: Transport | Promise<Transport>): Promise<Client> {
  const client = new Client({ name: 'parity', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
  await client.connect(await transport)
  return client
}

interface Wanted {
  readonly name: string
  readonly isStreamed: boolean
}

async function callTool(
  client: Client,
  { name, isStreamed }: Wanted,
  input: unknown,
  asked: Asked,
): Promise<ToldOutcome> {
  const { tenant, key, timeoutMs, signal } = asked
  const result = await client.callTool(
    {
      name: name.replaceAll('.', '_'),
      // Arguments are an object: another input is a field of it.
      arguments: (Array.isArray(input) ? { input } : input) as Record<string, unknown>,
      _meta: {
        ...(tenant !== undefined && { 'heddle/tenant': tenant }),
        ...(key !== undefined && { 'heddle/idempotencyKey': key }),
        ...(timeoutMs !== undefined && { 'heddle/timeout': timeoutMs / 1000 }),
      },
    },
    { signal },
  )
  const told = result.structuredContent as { errors?: unknown; items?: unknown[]; value?: unknown } | undefined
  if (result.isError) return failedWith(told?.errors, told?.items)
  // All that a streamed command gives is one result.
  return isStreamed ? succeededWith(told?.value, told?.items) : succeededWith(told)
}
