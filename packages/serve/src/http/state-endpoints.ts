import { type OpenApp, toJson } from '@heddle/core'
import { mediaTypes } from './accept.ts'
import type { PlainEndpoint } from './endpoint.ts'

/** `/health` says how each part is doing, `/ready` whether to send work here. 503 is no to both. */
export function stateEndpoints(app: OpenApp): Record<string, PlainEndpoint> {
  return {
    '/health': state(async () => {
      const health = await app.health()
      return [health.ok, health]
    }),
    '/ready': state(() => [app.ready(), { ready: app.ready() }]),
  }
}

type State = readonly [ok: boolean, detail: unknown]

function state(read: () => State | Promise<State>): PlainEndpoint {
  return {
    kind: 'plain',
    mediaType: mediaTypes.json,
    async answer() {
      const [ok, detail] = await read()
      return {
        status: ok ? 200 : 503,
        headers: { 'content-type': mediaTypes.json, 'cache-control': 'no-store' },
        body: JSON.stringify(toJson(detail)),
      }
    },
  }
}
