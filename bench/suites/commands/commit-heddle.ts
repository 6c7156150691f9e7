import { rmSync } from 'node:fs'
import { app, command } from '@heddle/core'
import { entity, repository, sqlite } from '@heddle/data'
import { z } from 'zod'
import type { Contender } from '../../harness/types.ts'
import { folderInMemory } from '../../harness/folder.ts'
import { totalOf } from './inputs.ts'
import { order } from './zod-schemas.ts'

const Order = entity('bench.Order', {
  key: 'id',
  fields: { id: z.string(), name: z.string(), qty: z.int(), price: z.number(), active: z.boolean() },
})
const Orders = repository(Order)

let inserted = 0

/** Inserts one row: a unit of work of its own, durable before it is acknowledged. */
const placeOrder = command('bench.PlaceOrder', {
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

const findTotal = command('bench.FindTotal', {
  kind: 'query',
  input: z.object({ id: z.string() }),
  output: z.object({ total: z.number() }),
  access: 'public',
  uses: [Orders],
  run: async ({ input, ctx }) => ({ total: totalOf(await ctx.use(Orders).getOrThrow(input.id)) }),
})

interface Placed {
  readonly ok: boolean
  readonly value: { readonly id: string }
}

/** Commands that commit, through the app's writer. */
export const contender: Contender = {
  async open() {
    const folder = folderInMemory()
    const bench = await app('bench', { parts: [placeOrder, findTotal], database: sqlite() }).open({
      folder,
      mode: 'development',
    })
    return {
      call: (input) => bench.call(placeOrder, input as never),
      async answer({ ok, value }: Placed) {
        return { ok, total: (await bench.callOrThrow(findTotal, { id: value.id })).total }
      },
      async close() {
        const last = await bench.call(findTotal, { id: `o-${inserted}` })
        await bench.close()
        rmSync(folder, { recursive: true })
        if (!last.ok) throw new Error('a row was acknowledged and is not there')
      },
    }
  },
}
