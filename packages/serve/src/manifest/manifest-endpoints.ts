import type { Manifest, OpenApp } from '@heddle/core'
import { mediaTypes, noSniffing } from '../http/accept.ts'
import type { PlainEndpoint, PlainEndpoints } from '../http/endpoint.ts'
import type { HandlerOptions, HttpOptions } from '../http/options.ts'
import { surfaceSection } from '../http/surface-section.ts'
import { compatibleEndpoint } from './compatible-endpoint.ts'
import { publicManifest } from './public-manifest.ts'

/** Where an app tells clients what it serves. */
export const manifestPath = '/_heddle/manifest.json'
/** Where it says whether a client made from another manifest fits. */
export const compatiblePath = '/_heddle/compatible'

/** `/_heddle/manifest.json`, what strangers may know of the app, and `/_heddle/compatible`, which compares a client with it. */
export function manifestEndpoints(app: OpenApp, options: HandlerOptions): PlainEndpoints {
  const { name = 'http' } = options as Pick<HttpOptions, 'name'>
  const section = surfaceSection(options)
  let made: Manifest | undefined
  const served = () => (made ??= publicManifest(app.manifest, name, section))
  return {
    [manifestPath]: manifestEndpoint(served),
    [`POST ${compatiblePath}`]: compatibleEndpoint(app, options, name, served),
  }
}

/** The same bytes are made of the same deployment in every process, so that its hash is their tag. */
function manifestEndpoint(served: () => Manifest): PlainEndpoint {
  let body: string | undefined
  return {
    kind: 'plain',
    mediaType: mediaTypes.json,
    answer() {
      body ??= JSON.stringify(served())
      const headers = { 'content-type': mediaTypes.json, 'cache-control': 'no-cache', etag: `"${served().hash}"` }
      return { status: 200, headers: { ...headers, ...noSniffing }, body }
    },
  }
}
