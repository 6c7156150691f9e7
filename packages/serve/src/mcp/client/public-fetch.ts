import { Agent, fetch, type RequestInit as UndiciInit } from 'undici'
import { assertPublicUrl, publicLookup } from '../../remote/private-address.ts'

let agent: Agent | undefined

/**
 * A `fetch` that reaches only the public internet: the addresses that a name has are looked at when it is connected to. It
 * follows no redirects.
 *
 * @throws {Defect} ForbiddenAddress
 */
export async function publicFetch(url: string | URL, init: RequestInit = {}): Promise<Response> {
  assertPublicUrl(new URL(url))
  const dispatcher = (agent ??= new Agent({ connect: { lookup: publicLookup() } }))
  // The two libraries' types name the same things of the platform.
  const answer = await fetch(url, { ...(init as UndiciInit), redirect: 'manual', dispatcher })
  return answer as unknown as Response
}
