import type { OpenApp } from '@heddle/core'
import { mediaTypes } from '../http/accept.ts'
import type { PlainEndpoint } from '../http/endpoint.ts'
import type { HandlerOptions } from '../http/options.ts'
import { cachedText } from '../http/cached-text.ts'
import { surfaceSection } from '../http/surface-section.ts'

/** `/openapi.json`: what this surface serves. It is made when it is first asked for, and so is the code that makes it. */
export function openApiEndpoint(app: OpenApp, options: HandlerOptions): Record<string, PlainEndpoint> {
  const make = async () => {
    const { documentOf } = await import('./openapi.ts')
    return JSON.stringify(documentOf(app.manifest, surfaceSection(options)))
  }
  return { '/openapi.json': cachedText(mediaTypes.json, mediaTypes.json, make) }
}
