import { Defect, type Port, port as declarePort } from '@heddle/core'
import type { RemoteCaller } from './caller.ts'
import { servedAt } from './fetch-manifest.ts'
import { addressOf, findManifest, givenManifest } from './find-manifest.ts'
import type { RemoteOptions } from './options.ts'
import { partOf, type RemotePart } from './remote-part.ts'

/**
 * Brings the commands of another app into this one. They are called as if they were its own: the input is checked here by the
 * same types, the outcome has the same value or the same errors, and key, deadline, trace, tenant and cancellation go with the
 * call.
 *
 * @param name what the other app is called here
 * @throws {Defect} InvalidDefinition
 * @example
 * app('shop', { parts: [placeOrder, remote('billing', { manifest: billingManifest, url: 'https://billing.example' })] })
 */
export function remote(name: string, options: RemoteOptions): RemotePart {
  if (!/^[a-z][\w-]*$/i.test(name)) {
    throw new Defect('InvalidDefinition', { name: `remote "${name}"`, reason: 'a name is one word' })
  }
  assertForward(name, options)
  const url = urlOf(name, options)
  const port: Port<RemoteCaller> = { ...declarePort<RemoteCaller>(`remote ${name}`) }
  const given = givenManifest(name, options)
  const setup = { name, options, url, port }
  if (given) return partOf(setup, { manifest: given })
  return {
    ...partOf(setup, undefined),
    discover: async (host) => partOf(setup, await findManifest(name, options, host), host.folder),
  }
}

/** @throws {Defect} InvalidDefinition */
function urlOf(name: string, { url, manifest }: RemoteOptions): URL {
  const address = addressOf(manifest)
  const served = url === undefined ? address && servedAt(address).url : URL.parse(url)
  if (served) return served
  const reason =
    url === undefined
      ? 'its url is missing: a manifest in a file does not say where the app is'
      : `its url is "${String(url)}", which is none`
  throw new Defect('InvalidDefinition', { name: `remote ${name}`, reason })
}

const credentialHeaders: ReadonlySet<string> = new Set(['authorization', 'cookie', 'x-api-key'])

/**
 * Whoever has shown nothing would else call with the rights of this app.
 *
 * @throws {Defect} InvalidDefinition
 */
function assertForward(name: string, { forward, authorization, headers = {} }: RemoteOptions): void {
  const own = Object.keys(headers).find((header) => credentialHeaders.has(header.toLowerCase()))
  if (!forward || (authorization === undefined && own === undefined)) return
  const what = own === undefined ? '`authorization`' : `the header ${own}`
  const reason = `with \`forward\` it is called as its callers, so it cannot have ${what} too`
  throw new Defect('InvalidDefinition', { name: `remote ${name}`, reason })
}
