import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { HttpLoad } from './http-load.ts'
import type { Contender } from './types.ts'

/** A server that is up. */
export interface Serving {
  readonly port: number
  close(): Promise<unknown> | void
}

/** What is asked of it: the path of the one operation, and how an input becomes the body. */
export interface HttpWork {
  readonly path: string
  readonly inputs: readonly unknown[]
  readonly body?: (input: unknown) => unknown
  readonly headers?: Readonly<Record<string, string>>
}

const client = fileURLToPath(new URL('./http-load.ts', import.meta.url))
const connections = 32

/** A contender that is a server. Only its own process is measured: the client is another one. */
export function httpContender(serve: () => Promise<Serving>, work: HttpWork): Contender {
  const { path, inputs, body = (input) => input, headers = {} } = work
  return {
    async open() {
      const serving = await serve()
      const child = fork(client, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
      const bodies = inputs.map((input) => JSON.stringify(body(input)))
      return {
        async call(input) {
          const response = await fetch(`http://127.0.0.1:${serving.port}${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', ...headers },
            body: JSON.stringify(body(input)),
          })
          return { status: response.status, json: (await response.json()) as unknown }
        },
        answer: ({ status, json }: { status: number; json: { total?: number; json?: { total: number } } }) =>
          status === 200 ? { ok: true, total: json.total ?? json.json?.total } : { ok: false },
        async drive(requests) {
          const load: HttpLoad = { port: serving.port, method: 'POST', path, bodies, headers, requests, connections }
          child.send(load)
          const [answer] = (await once(child, 'message')) as [{ failed?: string }]
          if (answer.failed === undefined) return
          child.kill()
          throw new Error(answer.failed)
        },
        async close() {
          child.disconnect()
          await serving.close()
        },
      }
    },
  }
}
