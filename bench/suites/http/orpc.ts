import { os } from '@orpc/server'
import { RPCHandler } from '@orpc/server/node'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { handle } from '../commands/hooks.ts'
import { order, total } from '../commands/zod-schemas.ts'
import { posting } from './work.ts'

const getTotal = os
  .use(({ next }) => next())
  .input(order)
  .output(total)
  .handler(({ input }) => handle(input))

/** An oRPC procedure with one middleware, over its handler for node:http. */
export const contender = posting(
  '/getTotal',
  async () => {
    const handler = new RPCHandler({ getTotal })
    const server = createServer((request, response) => {
      void handler.handle(request, response, { context: {} }).then(({ matched }) => {
        if (!matched) response.writeHead(404).end()
      })
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    return { port: (server.address() as AddressInfo).port, close: () => void server.close() }
  },
  (input) => ({ json: input }),
)
