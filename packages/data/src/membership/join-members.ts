import { hostname } from 'node:os'
import { type OpenApp, type Ports, uuidV7 } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { systemTenant } from '../system/entities.ts'
import { putWrite } from '../system/records.ts'
import { removeBefore } from '../system/retention.ts'
import { MemberRecord } from './member-record.ts'
import { memberGoneMs } from './members.ts'

/** How often a process says that it is there (limit `members.heartbeat`). */
export const heartbeatMs = 10_000

/**
 * Enters this process into the list of those that serve a database, and says so again and again until the returned
 * function is called. Whoever says so also removes those who have not for long, so nobody has to be in charge.
 *
 * @throws {Failure} Unavailable …
 */
export async function joinMembers(
  database: Database,
  app: Pick<OpenApp, 'name' | 'manifest'>,
  { clock, random, timers, log }: Pick<Ports, 'clock' | 'random' | 'timers' | 'log'>,
): Promise<() => Promise<void>> {
  const { table } = MemberRecord
  const since = new Date(await database.now())
  const id = uuidV7(clock, random)
  const member = { id, app: app.name, host: hostname(), pid: process.pid, manifest: app.manifest.hash, since }
  let stopped = false
  let beating: Promise<unknown> = Promise.resolve()
  await beat()
  let cancel = schedule()

  return async () => {
    stopped = true
    cancel()
    await beating
    try {
      const [row] = await database.read(table, systemTenant, [id])
      if (!row) return
      const write = { kind: 'delete', table, key: id, version: row[0] } as const
      await database.commit({ tenant: systemTenant, checks: [], writes: [write] })
    } catch (error) {
      // It is forgotten all the same when it has not been seen for long.
      warn('this process could not leave the list of members', error)
    }
  }

  async function beat(): Promise<void> {
    const now = await database.now()
    const writes = [putWrite(MemberRecord, { ...member, seen: new Date(now) })]
    await database.commit({ tenant: systemTenant, checks: [], writes })
    const where = { kind: 'compare', column: 'seen', by: 'lt', value: now - memberGoneMs } as const
    const order = [{ column: 'id', descending: false }]
    const gone = await database.find(table, systemTenant, { where, order, after: undefined, limit: 1 })
    if (gone.length > 0) await removeBefore(database, table, now - memberGoneMs, 'seen')
  }

  function schedule() {
    const run = () => {
      beating = beat()
        .catch((error: unknown) => warn('this process could not say that it is there', error))
        .then(() => {
          if (!stopped) cancel = schedule()
        })
    }
    return timers.after(heartbeatMs, run, { background: true })
  }

  function warn(message: string, error: unknown): void {
    log.write('warning', message, { reason: String((error as Error).message) })
  }
}
