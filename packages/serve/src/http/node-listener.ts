import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Ports } from '@heddle/core'
import type { Answer, Write } from './exchange.ts'
import type { Handler } from './handler.ts'
import { NodeExchange } from './node-exchange.ts'

/** How long what is still sent is thrown away after a refusal, so that the sender gets to read it. */
export const lingerMs = 2000

/** A longer rest of a body costs more than a new connection. */
const mostDroppedBytes = 64 * 1024

/** Connections on which an answer is under way in pieces: nothing else may be written in between. */
const streaming = new WeakSet<object>()

/** Whether an answer is under way on a connection. */
export const isAnswering = (socket: object): boolean => streaming.has(socket)

/** Hands requests of node:http to the handler, and its answers back. */
export function nodeListener(handler: Handler, { timers, log }: Ports, isDraining: () => boolean) {
  return (incoming: IncomingMessage, outgoing: ServerResponse): void => void answer(incoming, outgoing)

  async function answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    try {
      const exchange = new NodeExchange(incoming, outgoing)
      // As in `answerTo`, without another function that waits.
      let answered: Answer | Promise<Answer>
      try {
        answered = handler.begin(exchange)
        if (answered instanceof Promise) answered = await answered
      } catch (thrown) {
        answered = handler.mend(exchange, thrown)
      }
      const finished = handler.finish(exchange, answered)
      const sent = send(incoming, outgoing, finished instanceof Promise ? await finished : finished)
      if (sent !== undefined) await sent
    } catch (thrown) {
      log.write('error', `an answer could not be sent: ${String(thrown)}`)
      outgoing.destroy()
    }
  }

  function send(incoming: IncomingMessage, outgoing: ServerResponse, answer: Answer): void | Promise<void> {
    const { status, headers, cookies, body } = answer
    if (outgoing.destroyed) return typeof body === 'function' ? body(ignore) : undefined
    if (isDraining()) outgoing.setHeader('connection', 'close')
    if (cookies !== undefined) outgoing.setHeader('set-cookie', cookies)
    if (typeof body === 'function') return stream(incoming, outgoing.writeHead(status, headers), body)
    const bytes = body === undefined ? 0 : Buffer.byteLength(body)
    // 204 has no length by RFC 9110, 8.6, and that of 304 would be the length of what is not sent.
    if (status !== 204 && status !== 304) headers['content-length'] = String(bytes)
    if (!incoming.complete && hasLongBody(incoming)) return refuseRest(incoming, outgoing, answer)
    outgoing.writeHead(status, headers).end(body)
  }

  /**
   * Answers before the body has come. Closing a connection with unread bytes resets it, and the answer would be lost
   * on the way; so the bytes are read and dropped for a while first.
   */
  function refuseRest(incoming: IncomingMessage, outgoing: ServerResponse, { status, headers, body }: Answer): void {
    streaming.add(incoming.socket)
    outgoing.on('error', ignore).writeHead(status, { ...headers, connection: 'close' })
    outgoing.write(body ?? '')
    const finish = () => {
      cancel()
      outgoing.end()
    }
    const cancel = timers.after(lingerMs, finish, { background: true })
    incoming.once('end', finish).once('close', finish).resume()
  }
}

async function stream(incoming: IncomingMessage, outgoing: ServerResponse, body: (write: Write) => Promise<void>) {
  const { socket } = incoming
  streaming.add(socket)
  // A client that left makes writing fail; its signal has told the call already.
  outgoing.on('error', ignore)
  await body((piece) => {
    if (piece.length === 0 || outgoing.destroyed || outgoing.write(piece)) return undefined
    return new Promise((resolve) => {
      const onEither = () => {
        outgoing.off('drain', onEither).off('close', onEither)
        resolve()
      }
      outgoing.on('drain', onEither).on('close', onEither)
    })
  })
  streaming.delete(socket)
  outgoing.end()
}

const ignore = () => undefined

/** Node itself drops the rest of a short body and keeps the connection. */
const hasLongBody = ({ headers }: IncomingMessage) =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > mostDroppedBytes
