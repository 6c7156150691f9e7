import { on, once } from 'node:events'
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client'
import { WebSocket } from 'ws'
import type { Setting } from './driver.ts'

/** A way in beside the calls of a driver. */
export interface Way {
  readonly name: string
  /** What of the app is behind it. */
  readonly opens: 'commands' | 'queries' | 'events'
  /** The code of what refuses it, or nothing where it is open. */
  refusal(setting: Setting, name: string, as: string, tenant: string | undefined): Promise<string | undefined>
}

const headersOf = ({ people }: Setting, as: string, tenant: string | undefined) => ({
  ...people.headers(as),
  ...(tenant !== undefined && { 'heddle-tenant': tenant }),
})

const pathOf = (name: string) => name.replaceAll('.', '/')

/** The code of a problem. */
async function codeOf(response: Response): Promise<string | undefined> {
  if (response.ok) return undefined
  const { errors } = (await response.json()) as { errors: { code: string }[] }
  return errors[0]!.code
}

/** The code in the first message of a stream of events, or nothing where it begins. */
async function firstOf(response: Response): Promise<string | undefined> {
  if (!response.ok) return codeOf(response)
  const reader = response.body!.getReader()
  await reader.read()
  await reader.cancel()
  return undefined
}

/** The code in the first frame: of what there is already, one comes at once. */
async function overWebSocket(setting: Setting, subscribe: object, as: string, tenant: string | undefined) {
  const socket = new WebSocket(`${setting.url.replace('http', 'ws')}/_heddle/ws`, 'heddle.v1', {
    headers: setting.people.headers(as),
  })
  await once(socket, 'open')
  const messages = on(socket, 'message') as AsyncIterable<[Buffer]>
  socket.send(JSON.stringify({ id: 1, subscribe, tenant }))
  try {
    for await (const [frame] of messages) {
      return (JSON.parse(frame.toString()) as { errors?: { code: string }[] }).errors?.[0]!.code
    }
    return undefined
  } finally {
    socket.terminate()
  }
}

/** The official client of MCP. */
export async function agentOf({ people, url }: Setting, as: string): Promise<Client> {
  const client = new Client({ name: 'access', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } })
  const requestInit = { headers: { ...people.headers(as) } }
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit }))
  return client
}

async function asResource(setting: Setting, name: string, as: string, tenant: string | undefined) {
  const client = await agentOf(setting, as)
  try {
    const _meta = tenant === undefined ? {} : { 'heddle/tenant': tenant }
    await client.readResource({ uri: `heddle://queries/${name}`, _meta })
    return undefined
  } catch (thrown) {
    const { errors } = ((thrown as { data?: unknown }).data ?? {}) as { errors?: { code: string }[] }
    if (!errors) throw thrown
    // An address of which nothing is known.
    return errors[0]!.code === 'UnknownPath' ? 'nowhere' : errors[0]!.code
  } finally {
    await client.close()
  }
}

/** The ways in beside calls: a batch, what is pushed, and what is asked by GET. */
export const ways: readonly Way[] = [
  {
    name: 'GET',
    opens: 'queries',
    refusal: async (setting, name, as, tenant) =>
      codeOf(await fetch(`${setting.url}/${pathOf(name)}`, { headers: headersOf(setting, as, tenant) })),
  },
  {
    name: 'a line of a batch',
    opens: 'commands',
    async refusal(setting, name, as, tenant) {
      const response = await fetch(`${setting.url}/_heddle/batch`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', ...headersOf(setting, as, tenant) },
        body: `${JSON.stringify({ call: name, input: {} })}\n`,
      })
      if (!response.ok) return codeOf(response)
      return ((await response.json()) as { errors?: { code: string }[] }).errors?.[0]!.code
    },
  },
  {
    name: 'lines of inputs',
    opens: 'commands',
    async refusal(setting, name, as, tenant) {
      const response = await fetch(`${setting.url}/${pathOf(name)}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', ...headersOf(setting, as, tenant) },
        body: '{}\n',
      })
      if (!response.ok) return codeOf(response)
      return ((await response.json()) as { errors?: { code: string }[] }).errors?.[0]!.code
    },
  },
  {
    name: 'a query pushed by server-sent events',
    opens: 'queries',
    refusal: async (setting, name, as, tenant) =>
      firstOf(await fetch(`${setting.url}/_heddle/live/${pathOf(name)}`, { headers: headersOf(setting, as, tenant) })),
  },
  {
    name: 'a query pushed over WebSocket',
    opens: 'queries',
    refusal: (setting, name, as, tenant) => overWebSocket(setting, { query: name, input: {} }, as, tenant),
  },
  { name: 'a query as a resource of MCP', opens: 'queries', refusal: asResource },
  {
    name: 'events by server-sent events',
    opens: 'events',
    refusal: async (setting, name, as, tenant) =>
      firstOf(
        await fetch(`${setting.url}/_heddle/live/events?on=${name}&after=0`, {
          headers: headersOf(setting, as, tenant),
        }),
      ),
  },
  {
    name: 'events over WebSocket',
    opens: 'events',
    refusal: (setting, name, as, tenant) => overWebSocket(setting, { events: [name], after: 0 }, as, tenant),
  },
]
