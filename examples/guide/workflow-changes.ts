import { app, command } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { migrateRuns, workflow } from 'heddle/workflow'
import { z } from 'zod'

const order = z.object({ order: z.string() })
const charge = command('orders.Charge', { input: order, output: z.object({ receipt: z.string() }), run: chargeCard })
const ship = command('orders.Ship', { input: order, output: z.object({ tracking: z.string() }), run: callCarrier })
const check = command('orders.CheckStock', { input: order, output: z.object({ left: z.int() }), run: countStock })

const facts = {
  input: order,
  output: z.object({ tracking: z.string() }),
  steps: [charge, ship, check],
  signals: { packed: z.object({}) },
} as const

/** As it was deployed in spring. */
export const placeOrder1 = workflow('orders.PlaceOrder', {
  ...facts,
  async run({ input, step, signal }) {
    await step('charge', charge, input)
    await signal('packed')
    return step('ship', ship, input)
  },
})

/** The new code: a step goes by another name, and one is added at the end of all that open runs have done. */
export const placeOrder2 = workflow('orders.PlaceOrder', {
  ...facts,
  version: '2',
  renamedFrom: { pay: 'charge' },
  async run({ input, step, signal }) {
    await step('pay', charge, input)
    await signal('packed')
    await step('check', check, input)
    return step('ship', ship, input)
  },
})

/** The stock is looked at first: open runs have not done that. */
export const placeOrder3 = workflow('orders.PlaceOrder', {
  ...facts,
  version: '3',
  async run({ input, step, signal }) {
    await step('check', check, input)
    await step('pay', charge, input)
    await signal('packed')
    return step('ship', ship, input)
  },
})

/** The same, where open runs end by the code that they began with. */
export const placeOrder4 = workflow('orders.PlaceOrder', {
  ...facts,
  version: '4',
  versions: [placeOrder1],
  async run({ input, step, signal }) {
    await step('check', check, input)
    await step('pay', charge, input)
    await signal('packed')
    return step('ship', ship, input)
  },
})

/** Makes what open runs have recorded look as if they had gone by version 3. */
const toVersion3 = migrateRuns(placeOrder3, {
  from: '1',
  to: '3',
  migrate(journal) {
    journal.addStep('check', { command: check, input: journal.input, value: { left: 1 } })
    journal.rename('charge', 'pay')
  },
})

const database = sqlite()
export const spring = app('orders', { parts: [placeOrder1], database })
export const summer = app('orders', { parts: [placeOrder2], database })
export const autumn = app('orders', { parts: [placeOrder3], database })
export const migrated = app('orders', { parts: [placeOrder3, toVersion3], database })
export const kept = app('orders', { parts: [placeOrder4], database })

function chargeCard({ input }: { input: { order: string } }) {
  return { receipt: `receipt of ${input.order}` }
}

function callCarrier({ input }: { input: { order: string } }) {
  return { tracking: `parcel of ${input.order}` }
}

function countStock() {
  return { left: 7 }
}
