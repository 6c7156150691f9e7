import type { JSONRPCMessage, RequestId, Server, Transport } from '@modelcontextprotocol/server'
import { honour, isListen } from '../resources/listen.ts'
import { Subscriptions, type SubscriptionsHost } from '../resources/subscriptions.ts'

/**
 * What a client over standard input asked to be told of by `subscriptions/listen`. The SDK answers such requests itself and
 * keeps them; here is begun to tell what they ask for, before it hears of them.
 */
export class StdioListeners {
  readonly #host: Omit<SubscriptionsHost, 'tell'>
  readonly #open = new Map<RequestId, Subscriptions>()
  #server: Server | undefined

  constructor(host: Omit<SubscriptionsHost, 'tell'>) {
    this.#host = host
  }

  /** The server that tells; a connection that began with a question has another one afterwards. */
  tellBy(server: Server): void {
    this.#server = server
  }

  /** Hears what is asked for, and hands each message on. */
  hearOn(transport: Transport): void {
    const handOn = transport.onmessage!
    transport.onmessage = (message: JSONRPCMessage) => {
      if (isListen(message)) return void this.#honour(message).then(handOn)
      if (isCancel(message)) this.#end(message.params.requestId)
      handOn(message)
    }
  }

  close(): void {
    for (const id of this.#open.keys()) this.#end(id)
  }

  async #honour<Message extends Parameters<typeof honour>[0]>(message: Message): Promise<Message> {
    const tell = (uri: string) => void this.#server?.sendResourceUpdated({ uri }).catch(() => undefined)
    const subscriptions = new Subscriptions({ ...this.#host, tell })
    this.#open.set(message.id, subscriptions)
    return honour(message, subscriptions)
  }

  #end(id: RequestId): void {
    this.#open.get(id)?.close()
    this.#open.delete(id)
  }
}

const isCancel = (message: JSONRPCMessage): message is JSONRPCMessage & { params: { requestId: RequestId } } =>
  (message as { method?: unknown }).method === 'notifications/cancelled' &&
  (message as { params?: { requestId?: unknown } }).params?.requestId !== undefined
