import type { AnyFailure, Clock, Maybe, OpenApp, Outcome } from '@heddle/core'
import type { AnyEntity, DataTransactions, Key, Row } from '@heddle/data'

/** How a step calls a command. */
export interface AskedCall {
  readonly signal: AbortSignal
  readonly idempotencyKey?: string
}

/** What the steps of a job ask of the app: commands, and records of entities. The app may be that of another thread. */
export interface AskedApp {
  readonly clock: Clock
  /** Calls a command as the app itself. */
  call(command: string, input: unknown, options: AskedCall): Promise<Outcome<unknown, AnyFailure>>
  /** The row of an entity; undefined where there is none. */
  row(entity: AnyEntity, key: Key): Maybe<Row | undefined>
}

/** An open app, as the steps of a job ask it. */
export function askedApp(app: OpenApp, tenant: string): AskedApp {
  return {
    get clock() {
      return app.ports.clock
    },
    call: (command, input, options) =>
      app.callByName(command, input, { as: app.self(tenant), trusted: true, tenant, surface: 'job', ...options }),
    row({ table }, key) {
      const { transactions } = app.ports
      const { database } = transactions as DataTransactions
      const rows = database.read(table, tenant, [key])
      return rows instanceof Promise ? rows.then(([row]) => row) : rows[0]
    },
  }
}
