import type { OpenApp } from '@heddle/core'
import { batchEndpoint } from '../batch/batch-endpoint.ts'
import { debugEndpoints } from '../debug/debug-endpoints.ts'
import { metricsEndpoint } from '../metrics/metrics-endpoint.ts'
import { manifestEndpoints } from '../manifest/manifest-endpoints.ts'
import { openApiEndpoint } from '../openapi/openapi-endpoint.ts'
import type { PlainEndpoint } from './endpoint.ts'
import type { HandlerOptions } from './options.ts'
import { pageEndpoints } from './page/page-endpoints.ts'
import { stateEndpoints } from './state-endpoints.ts'

/** What every HTTP surface serves beside commands. A route of the user's own for `GET /` replaces the page. */
export function appEndpoints(app: OpenApp, options: HandlerOptions) {
  const { page = true, openApi = true, manifest = true, routes = {}, metrics = true, debug = false } = options
  const { '/': home, ...rest } = page ? pageEndpoints(app, openApi) : ({} as Record<string, PlainEndpoint>)
  const keepsHome = home !== undefined && !Object.hasOwn(routes, 'GET /')
  return {
    ...stateEndpoints(app),
    ...(openApi && openApiEndpoint(app, options)),
    ...(manifest && manifestEndpoints(app, options)),
    ...batchEndpoint(app, options),
    ...(metrics && metricsEndpoint(app)),
    ...(debug && debugEndpoints(app)),
    ...rest,
    ...(keepsHome && { '/': home }),
  }
}
