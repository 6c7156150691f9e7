import { rmSync } from 'node:fs'
import { app, command, type Part } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { runsOf, workflow } from '@heddle/workflow'
import { z } from 'zod'
import { folderInMemory } from '../../harness/folder.ts'
import type { Contender } from '../../harness/types.ts'
import { charge, priceOf, type Sale, ship, type Shipped } from './three-steps.ts'

const workOutPrice = command('bench.WorkOutPrice', {
  input: z.object({ qty: z.int(), price: z.number() }),
  output: z.object({ total: z.number() }),
  run: ({ input }) => priceOf(input),
})
const chargeCustomer = command('bench.ChargeCustomer', {
  input: z.object({ customer: z.string(), total: z.number() }),
  output: z.object({ receipt: z.string() }),
  run: ({ input }) => charge(input),
})
const shipParcel = command('bench.ShipParcel', {
  input: z.object({ receipt: z.string(), qty: z.int() }),
  output: z.object({ parcel: z.string() }),
  run: ({ input }) => ship(input),
})

const sell = workflow('bench.Sell', {
  input: z.object({ customer: z.string(), qty: z.int(), price: z.number() }),
  output: z.object({ total: z.number(), receipt: z.string(), parcel: z.string() }),
  access: 'public',
  steps: [workOutPrice, chargeCustomer, shipParcel],
  async run({ input: { customer, qty, price }, step }) {
    const { total } = await step('price', workOutPrice, { qty, price })
    const { receipt } = await step('charge', chargeCustomer, { customer, total })
    const { parcel } = await step('ship', shipParcel, { receipt, qty })
    return { total, receipt, parcel }
  },
})

const parts = [sell, workOutPrice, chargeCustomer, shipParcel]

interface Ended {
  readonly ok: boolean
  readonly value: Shipped
}

/** A workflow whose steps are commands: its start, each step and its end are durable before what follows them begins. */
export const selling = (database: () => Part): Contender<Sale> => ({
  async open() {
    const folder = folderInMemory()
    const open = () => app('bench', { parts, database: database() }).open({ folder, mode: 'development' })
    const bench = await open()
    await bench.start()
    const runs = runsOf(bench)
    let last = ''
    return {
      async call(sale) {
        const run = await runs.start(sell, sale)
        last = run.run
        return run.outcome()
      },
      answer: ({ value }: Ended) => value,
      async close() {
        await bench.close()
        // What was acknowledged is there when the app is opened anew.
        const again = await open()
        const outcome = await runsOf(again).outcome(last)
        await again.close()
        rmSync(folder, { recursive: true })
        if (!outcome?.ok) throw new Error(`the run ${last} was acknowledged, and its outcome is not there`)
      },
    }
  },
})

export const contender = selling(sqlite)
