import { type Log, systemFailure } from '@heddle/core'
import type { ClientBase } from 'pg'

/** PostgreSQL 16 is the first that explains a query without its parameters. */
const leastVersion = 16

interface Settings {
  readonly version: number
  readonly encoding: string
  readonly fsync: string
}

/**
 * Looks at the start whether the server can keep what the driver promises.
 *
 * @throws {Failure} DatabaseUnsuitable
 */
export async function assertSuitable(client: ClientBase, where: string, log: Log): Promise<void> {
  const { rows } = await client.query(`SELECT current_setting('server_version_num')::integer / 10000 AS version,
    current_setting('server_encoding') AS encoding, current_setting('fsync') AS fsync`)
  const { version, encoding, fsync } = (rows as Settings[])[0]!
  const refuse = (reason: string) => systemFailure('DatabaseUnsuitable', { where, reason })
  if (version < leastVersion) {
    throw refuse(`it runs PostgreSQL ${version}, and the driver needs ${leastVersion} or newer`)
  }
  if (encoding !== 'UTF8') throw refuse(`its encoding is ${encoding}, and text needs UTF8`)
  if (fsync === 'off') {
    log.write('warning', 'the database acknowledges what is not on the disk', { where, setting: 'fsync = off' })
  }
}
