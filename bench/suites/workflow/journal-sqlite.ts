import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { folderInMemory } from '../../harness/folder.ts'
import type { Contender } from '../../harness/types.ts'
import { timeOrderedId } from './ids.ts'
import { charge, priceOf, type Sale, ship } from './three-steps.ts'

type Write = readonly [run: string, step: string, value: string]

/**
 * Hand-written on the calling thread: a workflow is five rows (its start, three steps, its end), each of them durable
 * before what follows it begins. What arrives within a tick goes into one transaction.
 */
export const journal = (createId: () => string): Contender<Sale> => ({
  async open() {
    const folder = folderInMemory()
    const database = new DatabaseSync(join(folder, 'bench.db'))
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
    database.exec(
      'CREATE TABLE journal (run TEXT NOT NULL, step TEXT NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (run, step)) WITHOUT ROWID',
    )
    const [begin, insert, end] = [
      database.prepare('BEGIN IMMEDIATE'),
      database.prepare('INSERT INTO journal VALUES (?, ?, ?, ?)'),
      database.prepare('COMMIT'),
    ]
    let waiting: { write: Write; resolve: () => void; reject: (cause: unknown) => void }[] = []
    let finished = 0

    const commit = (): void => {
      const group = waiting
      waiting = []
      try {
        begin.run()
        for (const { write } of group) insert.run(...write, Date.now())
        end.run()
        for (const { resolve } of group) resolve()
      } catch (cause) {
        for (const { reject } of group) reject(cause)
      }
    }
    const write = (run: string, step: string, value: unknown) =>
      new Promise<void>((resolve, reject) => {
        const one = { write: [run, step, JSON.stringify(value)] as const, resolve, reject }
        if (waiting.push(one) === 1) setImmediate(commit)
      })
    const step = async <Value>(run: string, name: string, value: Value): Promise<Value> => {
      await write(run, name, value)
      return value
    }

    return {
      async call(sale) {
        const { customer, qty, price } = sale
        const run = createId()
        await write(run, 'start', sale)
        const { total } = await step(run, 'price', priceOf({ qty, price }))
        const { receipt } = await step(run, 'charge', charge({ customer, total }))
        const { parcel } = await step(run, 'ship', ship({ receipt, qty }))
        const shipped = { total, receipt, parcel }
        await write(run, 'end', shipped)
        finished++
        return shipped
      },
      answer: (shipped) => shipped,
      close() {
        const { rows } = database.prepare('SELECT count(*) AS rows FROM journal').get() as { rows: number }
        database.close()
        rmSync(folder, { recursive: true })
        if (rows !== finished * 5) throw new Error(`${finished} workflows ended, ${rows} rows are there`)
      },
    }
  },
})

export const contender = journal(timeOrderedId)
