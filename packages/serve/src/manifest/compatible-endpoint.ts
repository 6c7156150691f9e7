import {
  type AnyFailure,
  decodeLimits,
  failed,
  type Manifest,
  type OpenApp,
  type Outcome,
  success,
  systemFailure,
} from '@heddle/core'
import { z } from 'zod'
import { mediaTypes, noSniffing } from '../http/accept.ts'
import type { PlainEndpoint } from '../http/endpoint.ts'
import { type Exchange, pathOf } from '../http/exchange.ts'
import type { HandlerOptions } from '../http/options.ts'
import { problemAnswer } from '../http/problem.ts'
import { jsonBody, readJson } from '../http/read-input.ts'
import { noParameters } from '../http/router.ts'
import { surfaceSection } from '../http/surface-section.ts'
import { type ClientManifest, compatibilityOf } from './compatibility.ts'
import { publicManifest, surfaceOf } from './public-manifest.ts'

const Hashes = z.record(z.string(), z.string())
const Client = z.strictObject({
  manifest: z.string(),
  app: z.string().optional(),
  commands: Hashes.optional(),
  events: Hashes.optional(),
})

/** How many manifests of earlier deployments are kept at hand: clients of a few versions are about at a time. */
const mostKept = 8

/** Says whether a client made from an earlier manifest fits what is served now. */
export function compatibleEndpoint(
  app: OpenApp,
  options: HandlerOptions,
  surface: string,
  served: () => Manifest,
): PlainEndpoint {
  const limits = { ...decodeLimits, ...options }
  const earlier = new Map<string, Manifest>()

  return {
    kind: 'plain',
    async answer(exchange) {
      const read = await clientIn(exchange, limits)
      if (!read.ok) return problemAnswer(read.errors, { instance: pathOf(exchange.url) })
      const before = await earlierOf(read.value.manifest)
      const compatibility = compatibilityOf(read.value, before, served(), app.manifest)
      const headers = { 'content-type': mediaTypes.json, 'cache-control': 'no-store', ...noSniffing }
      return { status: 200, headers, body: JSON.stringify(compatibility) }
    },
  }

  /** What strangers knew when this was deployed. The surface may have been another one then. */
  async function earlierOf(hash: string): Promise<Manifest | undefined> {
    const kept = earlier.get(hash)
    if (kept) return kept
    const found = await app.ports.deployments.find(hash)
    if (!found) return undefined
    const told = publicManifest(found, surface, surfaceOf(found, surface) ?? surfaceSection(options))
    if (earlier.size >= mostKept) earlier.delete(earlier.keys().next().value!)
    earlier.set(hash, told)
    return told
  }
}

async function clientIn(
  exchange: Exchange,
  limits: Parameters<typeof readJson>[3],
): Promise<Outcome<ClientManifest, AnyFailure>> {
  const read = readJson(exchange, await jsonBody(exchange, limits.maxBodyBytes), noParameters, limits, Client)
  if (!read.ok) return read
  const checked = Client.safeParse(read.value)
  if (checked.success) return success(checked.data)
  const reason = z.prettifyError(checked.error).replaceAll('\n', ' ')
  return failed([systemFailure('MalformedInput', { format: 'client manifest', reason })])
}
