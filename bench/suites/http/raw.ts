import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { totalOf } from '../commands/inputs.ts'
import { order } from '../commands/zod-schemas.ts'
import { posting } from './work.ts'

/** node:http and Zod by hand: the least that anybody would write. */
export const contender = posting('/bench/GetTotal', async () => {
  const server = createServer((request, response) => {
    const answer = (status: number, body: unknown): void => {
      const text = JSON.stringify(body)
      response
        .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
        .end(text)
    }
    if (request.method !== 'POST' || request.url !== '/bench/GetTotal') return answer(404, { error: 'not found' })
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      let input: unknown
      try {
        input = JSON.parse(Buffer.concat(chunks).toString('utf8'))
      } catch {
        return answer(400, { error: 'no JSON' })
      }
      const parsed = order.safeParse(input)
      if (!parsed.success) return answer(400, { issues: parsed.error.issues })
      answer(200, { total: totalOf(parsed.data) })
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() }
})
