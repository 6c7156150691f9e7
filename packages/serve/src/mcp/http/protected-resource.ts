import type { CommandSection, Json } from '@heddle/core'
import { issuersOf } from '../../access/issuers.ts'
import { mediaTypes } from '../../http/accept.ts'
import type { PlainEndpoint } from '../../http/endpoint.ts'
import type { HttpRequest } from '../../http/exchange.ts'
import type { HandlerOptions } from '../../http/options.ts'
import type { Catalog } from '../catalog.ts'
import type { McpOptions } from '../options.ts'

const wellKnown = '/.well-known/oauth-protected-resource'

/** How an agent finds where to sign in: the metadata of a protected resource (RFC 9728). */
export interface ProtectedResource {
  readonly endpoints: Readonly<Record<string, PlainEndpoint>>
  /** The challenge of a 401. @param error what was wrong with the credentials, where there were some */
  challenge(request: HttpRequest, error?: string): string
}

/** Undefined where it is not known who issues tokens. */
export function protectedResource(
  catalog: Catalog,
  { path, url, authorizationServers }: McpOptions & { readonly path: string },
  { authenticate }: HandlerOptions,
): ProtectedResource | undefined {
  const servers = authorizationServers ?? issuersOf(authenticate).filter((issuer) => URL.canParse(issuer))
  if (servers.length === 0) return undefined
  const baseOf = (request: HttpRequest) =>
    url === undefined ? `${schemeOf(request)}://${hostOf(request)}` : originOf(url)

  const document: PlainEndpoint = {
    kind: 'plain',
    mediaType: mediaTypes.json,
    answer: (exchange) => ({
      status: 200,
      headers: { 'content-type': mediaTypes.json, 'cache-control': 'no-cache', 'access-control-allow-origin': '*' },
      body: JSON.stringify({
        resource: url ?? `${baseOf(exchange)}${path}`,
        authorization_servers: servers,
        bearer_methods_supported: ['header'],
        scopes_supported: scopesOf(catalog.served.map(({ section }) => section)),
        resource_name: catalog.info.title ?? catalog.info.name,
      } satisfies Json),
    }),
  }
  const place = `${wellKnown}${path === '/' ? '' : path}`
  return {
    endpoints: { [`GET ${place}`]: document, ...(place !== wellKnown && { [`GET ${wellKnown}`]: document }) },
    challenge(request, error) {
      const fault = error === undefined ? '' : `error="invalid_token", error_description="${quotable(error)}", `
      return `Bearer ${fault}resource_metadata="${baseOf(request)}${place}"`
    },
  }
}

const hostOf = (request: HttpRequest) => request.header('host') ?? 'localhost'
const originOf = (url: string) => new URL(url).origin

/** A proxy in front speaks TLS; who lies about it is told of an address that leads nowhere. */
const schemeOf = (request: HttpRequest) => (request.header('x-forwarded-proto') === 'https' ? 'https' : 'http')

const quotable = (text: string) => text.replaceAll(/[^\x20-\x7e]|["\\]/g, "'")

function scopesOf(sections: readonly CommandSection[]): string[] {
  const asked = sections.map(({ access }) => access).filter((access) => !unnamed.has(access))
  return [...new Set(asked)].sort()
}

const unnamed = new Set(['public', 'rule', 'closed'])
