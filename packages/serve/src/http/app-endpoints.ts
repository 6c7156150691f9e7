import type { OpenApp } from '@heddle/core'
import type { PlainEndpoint } from './endpoint.ts'
import type { HandlerOptions } from './options.ts'
import { pageEndpoints } from './page/page-endpoints.ts'
import { stateEndpoints } from './state-endpoints.ts'

/** What every HTTP surface serves beside commands. A route of the user's own for `GET /` replaces the page. */
export function appEndpoints(app: OpenApp, { page = true, routes = {} }: Pick<HandlerOptions, 'page' | 'routes'>) {
  const { '/': home, ...rest } = page ? pageEndpoints(app) : ({} as Record<string, PlainEndpoint>)
  const keepsHome = home !== undefined && !Object.hasOwn(routes, 'GET /')
  return { ...stateEndpoints(app), ...rest, ...(keepsHome && { '/': home }) }
}
