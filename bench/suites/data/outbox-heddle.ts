import { rmSync } from 'node:fs'
import { app, command, event } from '@heddle/core'
import { entity, eventsOf, repository, sqlite } from '@heddle/data'
import { z } from 'zod'
import type { Contender } from '../../harness/types.ts'
import { folderInMemory } from '../../harness/folder.ts'
import { totalOf } from '../commands/inputs.ts'
import { order } from '../commands/zod-schemas.ts'

const fields = { name: z.string(), qty: z.int(), price: z.number(), active: z.boolean() }
const Order = entity('bench.Order', { key: 'id', fields: { id: z.string(), ...fields } })
const Orders = repository(Order)
const OrderPlaced = event('bench.OrderPlaced', {
  data: z.object({ id: z.string(), ...fields }),
  key: ({ id }) => id,
})

let inserted = 0

/** Inserts one row. */
const insertOrder = command('bench.InsertOrder', {
  input: order,
  output: z.object({ id: z.string() }),
  access: 'public',
  uses: [Orders],
  run({ input, ctx }) {
    const id = `o-${++inserted}`
    ctx.use(Orders).insert({ ...input, id })
    return { id }
  },
})

/** The same, and says so. */
const placeOrder = command('bench.PlaceOrder', {
  input: order,
  output: z.object({ id: z.string() }),
  access: 'public',
  uses: [Orders],
  emits: [OrderPlaced],
  run({ input, ctx, emit }) {
    const id = `o-${++inserted}`
    ctx.use(Orders).insert({ ...input, id })
    emit(OrderPlaced, { ...input, id })
    return { id }
  },
})

const findTotal = command('bench.FindTotal', {
  kind: 'query',
  input: z.object({ id: z.string() }),
  output: z.object({ total: z.number() }),
  uses: [Orders],
  run: async ({ input, ctx }) => ({ total: totalOf(await ctx.use(Orders).getOrThrow(input.id)) }),
})

interface Placed {
  readonly ok: boolean
  readonly value: { readonly id: string }
}

/** One insert per command, with an event or without. */
export const outbox = (emits: boolean): Contender => ({
  async open() {
    const folder = folderInMemory()
    const parts = [placeOrder, insertOrder, findTotal]
    const bench = await app('bench', { parts, database: sqlite() }).open({ folder, mode: 'development' })
    const place = emits ? placeOrder : insertOrder
    return {
      call: (input) => bench.call(place, input as never),
      answer: async ({ ok, value }: Placed) => ({ ok, total: (await bench.callOrThrow(findTotal, value)).total }),
      async close() {
        const events = await eventsOf(bench).last()
        await bench.close()
        rmSync(folder, { recursive: true })
        if (events !== (emits ? inserted : 0))
          throw new Error(`${inserted} rows were acknowledged, ${events} events are there`)
      },
    }
  },
})

export const contender = outbox(true)
