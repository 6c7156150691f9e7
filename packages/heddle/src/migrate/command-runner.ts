import { type App, app, type OpenApp } from '@heddle/core'
import type { BareDatabase } from './with-database.ts'

/** Runs commands of an app on a database that is open already, e.g. one that fills a field of old records. */
export interface CommandRunner {
  run(command: string): Promise<void>
  close(): Promise<void>
}

/** The app is opened by its first command. Its entities leave the tables as they are: these are just being changed. */
export function commandRunner({ name, definition }: App, { open: bare }: BareDatabase): CommandRunner {
  const { transactions } = bare.ports
  let open: Promise<OpenApp> | undefined
  return {
    async run(command) {
      open ??= app(name, { ...definition, database: undefined }).open({
        ports: { ...bare.ports, transactions: { begin: (options) => transactions.begin(options) } },
      })
      const outcome = await (await open).callByName(command, {})
      if (!outcome.ok) throw outcome.errors[0]
    },
    close: async () => (await open)?.close(),
  }
}
