import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, ListenOptions, Socket } from 'node:net'
import { type AnyFailure, Defect, parseDuration, systemFailure, type Timers } from '@heddle/core'
import type { CountRefusal } from './count-refusals.ts'
import { isAnswering, lingerMs } from './node-listener.ts'
import { type HttpOptions, httpDefaults } from './options.ts'
import { problemAnswer } from './problem.ts'

type Limits = Pick<
  HttpOptions,
  'maxHeaderBytes' | 'requestTimeout' | 'headersTimeout' | 'keepAliveTimeout' | 'maxConnections'
>

/** A node:http server with every limit set, and with our errors in place of Node's. */
export function createNodeServer(
  listener: RequestListener,
  limits: Limits,
  timers: Timers,
  countRefusal?: CountRefusal,
): Server {
  const { maxHeaderBytes, requestTimeout, headersTimeout, keepAliveTimeout, maxConnections } = {
    ...httpDefaults,
    ...limits,
  }
  const requestTimeoutMs = parseDuration(requestTimeout)
  const headersTimeoutMs = Math.min(parseDuration(headersTimeout), requestTimeoutMs)
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      requestTimeout: requestTimeoutMs,
      headersTimeout: headersTimeoutMs,
      keepAliveTimeout: parseDuration(keepAliveTimeout),
      connectionsCheckingInterval: Math.min(1000, Math.max(50, headersTimeoutMs / 4)),
    },
    listener,
  )
  server.maxConnections = maxConnections

  server.on('checkContinue', (incoming, outgoing) => void server.emit('request', incoming, outgoing))
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (!socket.writable || isAnswering(socket) || error.code === 'ECONNRESET') return void socket.destroy()
    const [status, failure] = explain(error.code, { maxHeaderBytes, requestTimeout, headersTimeout })
    countRefusal?.(failure)
    refuse(socket as Socket, status, failure)
  })
  return server

  function refuse(socket: Socket, status: number, failure: AnyFailure): void {
    const { body, headers } = problemAnswer([failure], { instance: '/', status })
    const length = Buffer.byteLength(body as string)
    const head = `HTTP/1.1 ${status} ${reasons[status]}\r\ncontent-type: ${headers['content-type']}\r\n`
    socket.end(`${head}content-length: ${length}\r\nconnection: close\r\n\r\n${body as string}`)
    // This closes one side only. A client that never closes the other would keep its place for good.
    const cancel = timers.after(lingerMs, () => socket.destroy(), { background: true })
    socket.once('close', cancel).resume()
  }
}

const reasons: Record<number, string> = {
  400: 'Bad Request',
  408: 'Request Timeout',
  431: 'Request Header Fields Too Large',
}

/** What Node's parser refused. */
function explain(
  code: string | undefined,
  limits: Required<Pick<HttpOptions, 'maxHeaderBytes' | 'requestTimeout' | 'headersTimeout'>>,
): [number, AnyFailure] {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return [431, systemFailure('TooLarge', { limit: limits.maxHeaderBytes, name: 'maxHeaderBytes' })]
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return [408, systemFailure('LimitReached', { limit: limits.requestTimeout, name: 'requestTimeout' })]
    default:
      return [400, systemFailure('MalformedInput', { format: 'HTTP', reason: 'it is not a request' })]
  }
}

/**
 * Listens, and says where.
 *
 * @throws {Defect} PortInUse, InvalidConfig
 */
export function listen(server: Server, options: ListenOptions, address: string): Promise<AddressInfo | string | null> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException) => reject(listenDefect(error, address))
    server.once('error', onError)
    server.listen(options, () => {
      server.off('error', onError)
      resolve(server.address())
    })
  })
}

function listenDefect(error: NodeJS.ErrnoException, address: string): Error {
  if (error.code === 'EADDRINUSE') return new Defect('PortInUse', { address }, { cause: error })
  const reason = `${address} cannot be listened on (${error.code ?? error.message})`
  return new Defect('InvalidConfig', { reason }, { cause: error })
}
