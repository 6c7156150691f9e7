import { app } from '@heddle/core'
import { http } from '@heddle/serve'
import { webSocket } from '@heddle/serve/live'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Contender } from '../../harness/types.ts'
import type { WsLoad } from '../../harness/ws-load.ts'
import { getTotal } from '../commands/heddle.ts'
import { orders } from '../commands/inputs.ts'

const client = fileURLToPath(new URL('../../harness/ws-load.ts', import.meta.url))
const path = '/_heddle/ws'
const frameOf = (input: unknown) => JSON.stringify({ id: 1, call: getTotal.name, input })

/** The command of the suite `commands`, called over WebSockets that are open. */
export const contender: Contender = {
  async open() {
    const surface = http({ port: 0, mounts: [webSocket()] })
    const bench = await app('bench', { parts: [getTotal, surface] }).open({ mode: 'production' })
    await bench.start()
    const port = Number(new URL(surface.url!).port)
    const child = fork(client, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    const frames = orders.map(frameOf)
    const own = new WebSocket(`ws://127.0.0.1:${port}${path}`, 'heddle.v1')
    await once(own, 'open')
    return {
      async call(input) {
        own.send(frameOf(input))
        const [{ data }] = (await once(own, 'message')) as [MessageEvent<string>]
        return JSON.parse(data) as unknown
      },
      answer: ({ value }: { value?: { total: number } }) => (value ? { ok: true, total: value.total } : { ok: false }),
      async drive(requests) {
        const load: WsLoad = { port, path, frames, requests, connections: 32 }
        child.send(load)
        const [answer] = (await once(child, 'message')) as [{ failed?: string }]
        if (answer.failed === undefined) return
        child.kill()
        throw new Error(answer.failed)
      },
      async close() {
        child.disconnect()
        own.close()
        await bench.close()
      },
    }
  },
}
