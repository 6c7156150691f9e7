import { Failure, type OpenApp, toJson } from '@heddle/core'
import { mediaTypes } from '../http/accept.ts'
import type { PlainEndpoint } from '../http/endpoint.ts'
import type { Exchange } from '../http/exchange.ts'
import { problemAnswer } from '../http/problem.ts'
import { queryOf } from '../http/exchange.ts'
import { cpuProfile } from './cpu-profile.ts'
import { eventLoopDelay } from './event-loop.ts'
import { heapStatistics } from './heap.ts'
import { secondsOf } from './seconds.ts'
import { versions } from './versions.ts'

const paths = {
  '/debug/calls': 'Calls that run, the oldest first',
  '/debug/heap': 'Statistics of the heap',
  '/debug/profile?seconds=5': 'A CPU profile of the next seconds, to be saved as .cpuprofile',
  '/debug/event-loop?seconds=1': 'Delay of the event loop during the next seconds',
}

/** A look inside a running process, for those who hold `heddle:operate`. */
export function debugEndpoints(app: OpenApp): Record<string, PlainEndpoint> {
  const { timers } = app.ports
  return {
    '/debug': look(() => ({ ...versions(app), paths })),
    '/debug/calls': look(() => {
      const calls = app.activeCalls()
      return { calls, unitsOpen: calls.filter(({ hasUnit }) => hasUnit).length }
    }),
    '/debug/heap': look(heapStatistics),
    '/debug/profile': look((query) => cpuProfile(timers, secondsOf(query, 5))),
    '/debug/event-loop': look((query) => eventLoopDelay(timers, secondsOf(query, 1))),
  }
}

function look(read: (query: URLSearchParams) => unknown): PlainEndpoint {
  return {
    kind: 'plain',
    mediaType: mediaTypes.json,
    access: 'operator',
    async answer({ url }: Exchange) {
      try {
        const found = await read(new URLSearchParams(queryOf(url)))
        return {
          status: 200,
          headers: { 'content-type': mediaTypes.json, 'cache-control': 'no-store' },
          body: JSON.stringify(toJson(found)),
        }
      } catch (thrown) {
        if (thrown instanceof Failure) return problemAnswer([thrown], { instance: url, isOperator: true })
        throw thrown
      }
    },
  }
}
