import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { createEndpointHandler, workflow, type WorkflowContext } from '@restatedev/restate-sdk'
import { ownCpuNs } from '../../harness/cpu.ts'
import { serverCpuNs } from '../../harness/process-cpu.ts'
import type { Contender } from '../../harness/types.ts'
import { startRestate } from './restate-server.ts'
import { charge, priceOf, type Sale, ship, type Shipped } from './three-steps.ts'

const sell = workflow({
  name: 'sell',
  handlers: {
    async run(context: WorkflowContext, { customer, qty, price }: Sale): Promise<Shipped> {
      const { total } = await context.run('price', () => priceOf({ qty, price }))
      const { receipt } = await context.run('charge', () => charge({ customer, total }))
      const { parcel } = await context.run('ship', () => ship({ receipt, qty }))
      return { total, receipt, parcel }
    },
  },
})

/** A workflow of Restate, served by this process and started through the server. The server's CPU time counts as its own. */
export const contender: Contender<Sale> = {
  async open() {
    const server = await startRestate()
    const handler = createServer(createEndpointHandler({ services: [sell] }))
    handler.listen(0, '127.0.0.1')
    await once(handler, 'listening')
    await server.register(`http://127.0.0.1:${(handler.address() as AddressInfo).port}`)
    let started = 0
    return {
      async call(sale) {
        const response = await fetch(`${server.ingress}/sell/${++started}/run`, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify(sale),
        })
        if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
        return response.json()
      },
      answer: (shipped) => shipped,
      cpuNs: () => ownCpuNs() + serverCpuNs(server.pid),
      async close() {
        await server.stop()
        handler.close()
        rmSync(server.folder, { recursive: true })
      },
    }
  },
}
