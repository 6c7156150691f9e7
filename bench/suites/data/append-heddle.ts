import { rmSync } from 'node:fs'
import { app, command, event, type Part } from '@heddle/core'
import { eventsOf, eventStore, sqlite } from '@heddle/data'
import { z } from 'zod'
import type { Contender } from '../../harness/types.ts'
import { folderInMemory } from '../../harness/folder.ts'

const Deposited = event('bench.Deposited', { data: z.object({ cents: z.int(), note: z.string() }) })
const Accounts = eventStore('bench.Accounts', {
  events: [Deposited],
  state: z.object({ balance: z.int() }),
  initial: { balance: 0 },
  fold: ({ balance }, { data: { cents } }) => ({ balance: balance + cents }),
})

/** Appends one event: a unit of work of its own, durable before it is acknowledged. */
const deposit = command('bench.Deposit', {
  input: z.object({ stream: z.string(), cents: z.int(), note: z.string() }),
  output: z.object({ stream: z.string(), length: z.int() }),
  access: 'public',
  uses: [Accounts],
  async run({ input: { stream, cents, note }, ctx }) {
    return { stream, length: await ctx.use(Accounts).append(stream, [[Deposited, { cents, note }]]) }
  },
})

const readLast = command('bench.ReadLast', {
  kind: 'query',
  input: z.object({ stream: z.string(), length: z.int() }),
  output: z.int(),
  uses: [Accounts],
  async run({ input: { stream, length }, ctx }) {
    const [last] = await ctx.use(Accounts).read(stream, { after: length - 1 })
    return last!.data.cents
  },
})

interface Answer {
  readonly ok: boolean
  readonly value: { readonly stream: string; readonly length: number }
}

/** Events through an event store, committed by the app's writer. */
export const appending = (database: () => Part): Contender => ({
  async open() {
    const folder = folderInMemory()
    const bench = await app('bench', { parts: [deposit, readLast], database: database() }).open({
      folder,
      mode: 'development',
    })
    let appended = 0
    return {
      call(input) {
        appended++
        return bench.call(deposit, input as never)
      },
      answer: async ({ ok, value }: Answer) => ({ ok, last: await bench.callOrThrow(readLast, value) }),
      async close() {
        const last = await eventsOf(bench).last()
        await bench.close()
        rmSync(folder, { recursive: true })
        if (last !== appended) throw new Error(`${appended} events were acknowledged, ${last} are there`)
      },
    }
  },
})

export const contender = appending(sqlite)
