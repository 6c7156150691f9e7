import { systemFailure } from '@heddle/core'
import type { Client } from 'pg'
import { readRows } from '../client.ts'
import { isState, sqlState } from '../errors.ts'
import { quoteName, quoteTable } from '../quote.ts'
import type { SourceTable } from './tables.ts'

/** Whether the publication was there before, and with all of the tables. */
export type PublicationState = 'made' | 'changed' | 'same'

const tablesSql = `SELECT schemaname || '.' || tablename FROM pg_catalog.pg_publication_tables WHERE pubname = $1`
const actions = "publish = 'insert, update, delete, truncate', publish_via_partition_root = true"

/**
 * Makes sure that the log tells the changes of the tables.
 *
 * @param isOurs whether it may be made and changed
 * @throws {Failure} ChangesRefused
 */
export async function ensurePublication(
  client: Client,
  name: string,
  isOurs: boolean,
  tables: readonly SourceTable[],
  where: string,
): Promise<PublicationState> {
  const list = tables.map(({ sql }) => sql).join(', ')
  const refused = (reason: string, advice: string, cause?: unknown) =>
    systemFailure('ChangesRefused', { where, reason, advice }, { cause })
  const [exists] = await readRows(client, 'SELECT pubname FROM pg_catalog.pg_publication WHERE pubname = $1', [name])
  const published = new Set((await readRows(client, tablesSql, [name])).map(([title]) => title))
  const lacking = tables.filter(({ title }) => !published.has(title))
  if (!isOurs) {
    if (exists && lacking.length === 0) return 'same'
    const missing = exists ? `tells nothing of ${lacking.map(quoteTable).join(', ')}` : 'does not exist'
    const advice = `Write ${exists ? 'ALTER' : 'CREATE'} PUBLICATION ${quoteName(name)} ${
      exists ? `ADD TABLE ${lacking.map(quoteTable).join(', ')}` : `FOR TABLE ${list} WITH (${actions})`
    }.`
    throw refused(`the publication ${quoteName(name)} ${missing}`, advice)
  }
  if (exists && lacking.length === 0 && published.size === tables.length) return 'same'
  const create = `CREATE PUBLICATION ${quoteName(name)} FOR TABLE ${list} WITH (${actions})`
  try {
    await client.query(exists ? `ALTER PUBLICATION ${quoteName(name)} SET TABLE ${list}` : create)
    return exists ? 'changed' : 'made'
  } catch (error) {
    if (!isState(error, sqlState.insufficientPrivilege)) throw error
    const advice = `Let the owner of the tables write: ${create}; and name it as "publication".`
    throw refused(`its user may make no publication (${(error as Error).message})`, advice, error)
  }
}
