import pg from 'pg'
import { onPostgres } from '../../harness/postgres.ts'
import type { Contender } from '../../harness/types.ts'
import { timeOrderedId } from './ids.ts'
import { charge, priceOf, type Sale, ship } from './three-steps.ts'

/**
 * Hand-written: a workflow is five inserts (its start, three steps, its end), each committed before what follows it
 * begins, as one prepared statement over a pool of ten connections.
 */
export const contender = onPostgres((connectionString): Contender<Sale> => ({
  async open() {
    const pool = new pg.Pool({ connectionString, max: 10 })
    await pool.query(
      'CREATE TABLE journal (run uuid NOT NULL, step text NOT NULL, value jsonb NOT NULL, at bigint NOT NULL, PRIMARY KEY (run, step))',
    )
    let finished = 0
    const step = async <Value>(run: string, name: string, value: Value): Promise<Value> => {
      await pool.query({
        name: 'insert',
        text: 'INSERT INTO journal VALUES ($1, $2, $3, $4)',
        values: [run, name, JSON.stringify(value), Date.now()],
      })
      return value
    }
    return {
      async call(sale) {
        const { customer, qty, price } = sale
        const run = timeOrderedId()
        await step(run, 'start', sale)
        const { total } = await step(run, 'price', priceOf({ qty, price }))
        const { receipt } = await step(run, 'charge', charge({ customer, total }))
        const { parcel } = await step(run, 'ship', ship({ receipt, qty }))
        const shipped = await step(run, 'end', { total, receipt, parcel })
        finished++
        return shipped
      },
      answer: (shipped) => shipped,
      async close() {
        const { rows } = await pool.query<{ rows: string }>('SELECT count(*) AS rows FROM journal')
        await pool.end()
        if (Number(rows[0]!.rows) !== finished * 5)
          throw new Error(`${finished} workflows ended, ${rows[0]!.rows} rows are there`)
      },
    }
  },
}))
