import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { createPorts, memoryLog, type OpenApp, type Part, type Principal } from '@heddle/core'
import { http, type HttpOptions, type HttpRequest, type Problem } from '../src/index.ts'
import { shop } from './shop.ts'

/** Ana may order; everybody else is a stranger. */
export function authenticate(request: HttpRequest): Principal | undefined {
  const header = request.header('authorization')
  if (header === 'Bearer ana') return { id: 'ana', permissions: ['shop:order'] }
  if (header === 'Bearer broken') throw new Error('secret: the session store is down')
  return undefined
}

/** A shop that is served on a free port of this machine. Disposing of it closes it. */
export interface Served extends AsyncDisposable {
  readonly app: OpenApp
  readonly url: string
  readonly log: ReturnType<typeof memoryLog>
  /** The answer and its body, parsed where it is JSON. */
  ask(path: string, init?: RequestInit): Promise<{ status: number; headers: Headers; body: unknown }>
  post(path: string, input: unknown, headers?: Record<string, string>): ReturnType<Served['ask']>
  /** Sends bytes as they are and gives everything that comes back until the server closes. */
  raw(bytes: string | Uint8Array): Promise<string>
}

export async function serve(options: HttpOptions = {}, ...parts: Part[]): Promise<Served> {
  const log = memoryLog()
  const part = http({ port: 0, authenticate, ...options } as object)
  const app = await shop(part, ...parts).open({ ports: createPorts({ log }) })
  await app.start()
  const url = part.url!

  async function ask(path: string, init?: RequestInit) {
    const answer = await fetch(url + path, init)
    const body = await answer.text()
    const isJson = /[/+]json$/.test(answer.headers.get('content-type') ?? '')
    return { status: answer.status, headers: answer.headers, body: isJson && body !== '' ? JSON.parse(body) : body }
  }

  return {
    app,
    url,
    log,
    ask,
    post: (path, input, headers = {}) =>
      ask(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof input === 'string' ? input : JSON.stringify(input),
      }),
    raw(bytes) {
      const socket = connect(Number(new URL(url).port), '127.0.0.1')
      socket.on('error', () => undefined)
      socket.write(bytes)
      return text(socket)
    },
    [Symbol.asyncDispose]: () => app.close({ graceMs: 2000 }),
  }
}

/** The codes and paths of a problem's errors. */
export const errorsOf = (body: unknown): string[] =>
  (body as Problem).errors.map(({ code, path }) => [code, ...path].join(' '))
