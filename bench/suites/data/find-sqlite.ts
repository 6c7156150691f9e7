import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Contender } from '../../harness/types.ts'
import { folderInMemory } from '../../harness/folder.ts'
import { fillOrders, type FindInput, type FoundOrder, pageSize } from './find-orders.ts'

const sql = `SELECT id, customer, name, qty, price, active, at FROM orders
  WHERE tenant = ? AND customer = ? ORDER BY at DESC, id DESC LIMIT ?`

/** Written by hand on node:sqlite, with the fastest way that it has to give rows. */
export const contender: Contender<FindInput> = {
  async open() {
    const folder = folderInMemory()
    const database = new DatabaseSync(join(folder, 'bench.db'))
    fillOrders(database)
    const statement = database.prepare(sql)
    statement.setReturnArrays(true)
    type Row = [string, string, string, number, number, number, number]
    const toOrder = ([id, customer, name, qty, price, active, at]: Row): FoundOrder => ({
      id,
      customer,
      name,
      qty,
      price,
      active: active === 1,
      at: new Date(at),
    })
    return {
      call: ({ customer }) => (statement.all('main', customer, pageSize) as unknown as Row[]).map(toOrder),
      answer: (found) => found,
      close() {
        database.close()
        rmSync(folder, { recursive: true })
      },
    }
  },
}
