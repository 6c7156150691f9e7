import { createORPCClient, safe } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import { os, type RouterClient } from '@orpc/server'
import { RPCHandler } from '@orpc/server/node'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Contender } from '../../harness/types.ts'
import { handle } from '../commands/hooks.ts'
import type { Order } from '../commands/inputs.ts'
import { order, total } from '../commands/zod-schemas.ts'

const getTotal = os
  .use(({ next }) => next())
  .input(order)
  .output(total)
  .handler(({ input }) => handle(input))

const router = { getTotal }

/** An oRPC procedure over its handler for node:http, called by its own client. */
export const contender: Contender<Order> = {
  async open() {
    const handler = new RPCHandler(router)
    const server = createServer((request, response) => {
      void handler.handle(request, response, { context: {} }).then(({ matched }) => {
        if (!matched) response.writeHead(404).end()
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const client: RouterClient<typeof router> = createORPCClient(new RPCLink({ url: `http://127.0.0.1:${port}` }))
    return {
      call: (input) => safe(client.getTotal(input)),
      answer: ({ data, isSuccess }: { data?: { total: number }; isSuccess: boolean }) =>
        isSuccess ? { ok: true, total: data!.total } : { ok: false },
      async close() {
        server.closeAllConnections()
        await once(server.close(), 'close')
      },
    }
  },
}
