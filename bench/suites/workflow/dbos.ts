import { DBOS } from '@dbos-inc/dbos-sdk'
import { onPostgres } from '../../harness/postgres.ts'
import type { Contender } from '../../harness/types.ts'
import { charge, priceOf, type Sale, ship } from './three-steps.ts'

/** DBOS as its guide begins: functions registered as a workflow and its steps, the pool of connections as it is. */
export const contender = onPostgres((systemDatabaseUrl): Contender<Sale> => ({
  async open() {
    DBOS.setConfig({ name: 'bench', systemDatabaseUrl, logLevel: 'error' })
    let finished = 0
    const sell = DBOS.registerWorkflow(
      async ({ customer, qty, price }: Sale) => {
        const { total } = await DBOS.runStep(async () => priceOf({ qty, price }), { name: 'price' })
        const { receipt } = await DBOS.runStep(async () => charge({ customer, total }), { name: 'charge' })
        const { parcel } = await DBOS.runStep(async () => ship({ receipt, qty }), { name: 'ship' })
        return { total, receipt, parcel }
      },
      { name: 'sell' },
    )
    await DBOS.launch()
    return {
      async call(sale) {
        const shipped = await sell(sale)
        finished++
        return shipped
      },
      answer: (shipped) => shipped,
      async close() {
        const ended = await DBOS.listWorkflows({
          status: 'SUCCESS',
          limit: finished + 1,
          loadInput: false,
          loadOutput: false,
        })
        await DBOS.shutdown()
        if (ended.length !== finished) throw new Error(`${finished} workflows ended, ${ended.length} are there`)
      },
    }
  },
}))
