import fastify from 'fastify'
import type { AddressInfo } from 'node:net'
import { order } from '../commands/json-schemas.ts'
import { totalOf } from '../commands/inputs.ts'
import type { Order } from '../commands/inputs.ts'
import { posting } from './work.ts'

const total = { type: 'object', properties: { total: { type: 'number' } }, required: ['total'] } as const

/** Fastify with its own check of the input and its own writer of the output. */
export const contender = posting('/bench/GetTotal', async () => {
  const server = fastify()
  server.post('/bench/GetTotal', { schema: { body: order, response: { 200: total } } }, async ({ body }) => ({
    total: totalOf(body as Order),
  }))
  await server.listen({ port: 0, host: '127.0.0.1' })
  return { port: (server.server.address() as AddressInfo).port, close: () => server.close() }
})
