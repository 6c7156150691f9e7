import { postgresChanges, postgresChangesKind, postgresTableKind } from '@heddle/connect'
import { app } from '@heddle/core'
import { sqlite } from '@heddle/data'
import { job } from '@heddle/stream'

/** Reads the orders of the shop and every change of them, and writes what each customer has ordered. */
export const totals = () =>
  job(new URL('./change-data.yaml', import.meta.url), {
    sourceKinds: [postgresChangesKind],
    sinkKinds: [postgresTableKind],
  })

export const reports = () => app('reports', { database: sqlite(), parts: [totals()] })

/** The same in code, where what happened is wanted and not what is there. */
export const orderEvents = postgresChanges({ url: { env: 'SHOP_DATABASE' }, tables: ['orders', 'sales.customers'] })
