import type { Client } from 'pg'
import { readRows } from '../client.ts'
import { quoteName } from '../quote.ts'
import { createOnce } from './create-once.ts'

/** Which epoch of which job a database has: a table beside those that are written to. */
export interface Epochs {
  prepare(): Promise<void>
  /** 0 before the first. */
  read(): Promise<number>
  /** The same, and nobody else writes for this job and sink before the transaction has ended. */
  lock(): Promise<number>
  write(epoch: number): Promise<void>
  forget(): Promise<void>
}

/** The epochs of one sink of one job. */
export function epochsOf(client: () => Client, schema: string, job: string, sink: string): Epochs {
  const table = `${quoteName(schema)}.heddle_epochs`
  const mine = 'job = $1 AND sink = $2'
  const ask = async (suffix: string): Promise<number> => {
    const [row] = await readRows(client(), `SELECT epoch FROM ${table} WHERE ${mine}${suffix}`, [job, sink])
    return Number(row?.[0] ?? 0)
  }
  return {
    async prepare() {
      // IF NOT EXISTS asks for the right to create also where the table is there.
      const [found] = await readRows(client(), 'SELECT to_regclass($1)::text', [table])
      if (found?.[0] == null) {
        await createOnce(
          client(),
          `CREATE TABLE IF NOT EXISTS ${table} (job text, sink text, epoch bigint NOT NULL, PRIMARY KEY (job, sink))`,
        )
      }
      await client().query(`INSERT INTO ${table} VALUES ($1, $2, 0) ON CONFLICT DO NOTHING`, [job, sink])
    },
    read: () => ask(''),
    lock: () => ask(' FOR UPDATE'),
    write: async (epoch) =>
      void (await client().query(`UPDATE ${table} SET epoch = $3 WHERE ${mine}`, [job, sink, epoch])),
    forget: async () => void (await client().query(`DELETE FROM ${table} WHERE ${mine}`, [job, sink])),
  }
}
