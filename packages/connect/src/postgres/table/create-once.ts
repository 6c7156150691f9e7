import type { Client } from 'pg'
import { isState } from '../errors.ts'

/** IF NOT EXISTS looks before it makes: two that make the same table at once get one of these errors. */
const madeByOthers = ['42P07', '23505']

/** Makes a table, unless it is there. */
export async function createOnce(client: Client, sql: string): Promise<void> {
  try {
    await client.query(sql)
  } catch (error) {
    if (!isState(error, ...madeByOthers)) throw error
  }
}
