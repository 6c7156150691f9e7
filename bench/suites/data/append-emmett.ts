import { type Event, isExpectedVersionConflictError } from '@event-driven-io/emmett'
import { getPostgreSQLEventStore } from '@event-driven-io/emmett-postgresql'
import { onPostgres } from '../../harness/postgres.ts'
import type { Deposit } from './deposits.ts'

type Deposited = Event<'Deposited', { cents: number; note: string }>

interface Answer {
  readonly stream: string
  readonly length: bigint
}

/** Emmett's event store as its guide opens it: it makes its tables and has a pool of ten connections. */
export const contender = onPostgres((url) => ({
  async open() {
    const store = getPostgreSQLEventStore(url)
    await store.schema.migrate()
    return {
      async call(input): Promise<Answer> {
        const { stream, cents, note } = input as Deposit
        const event: Deposited = { type: 'Deposited', data: { cents, note } }
        for (;;) {
          try {
            const { nextExpectedStreamVersion } = await store.appendToStream(stream, [event])
            return { stream, length: nextExpectedStreamVersion }
          } catch (error) {
            // Another append to the stream came between. Ours runs the command again by itself.
            if (!isExpectedVersionConflictError(error)) throw error
          }
        }
      },
      async answer({ stream, length }: Answer) {
        const { events } = await store.readStream<Deposited>(stream, { from: length - 1n })
        return { ok: true, last: events.at(-1)!.data.cents }
      },
      close: () => store.close(),
    }
  },
}))
