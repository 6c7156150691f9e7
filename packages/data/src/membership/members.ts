import { Defect, type OpenApp, type Port } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { systemTenant } from '../system/entities.ts'
import { findRecords } from '../system/records.ts'
import { DataTransactions } from '../unit/data-transactions.ts'
import { dataUnit } from '../unit/data-unit.ts'
import { MemberRecord } from './member-record.ts'

/** How long after it was last seen a process counts as gone (limit `members.gone`). */
export const memberGoneMs = 30_000

/** A process that serves a database. Times are UTC in milliseconds, on the clock of the database. */
export interface Member {
  /** A new one with each start. */
  readonly id: string
  readonly app: string
  readonly host: string
  readonly pid: number
  /** Hash of the manifest: which version of the app it runs. */
  readonly manifest: string
  readonly since: number
  readonly seenAt: number
}

/** Who serves a database. */
export interface MemberList {
  /** The processes that serve it now, the oldest first. */
  list(): Promise<readonly Member[]>
}

/** The port through which commands learn which processes serve the app's database. */
export const Members: Port<MemberList> = {
  kind: 'port',
  name: 'heddle.Members',
  external: false,
  bind: (scope) => memberList(dataUnit(scope, 'heddle.Members').database),
}

/**
 * The processes that serve an app's database, for code outside of commands.
 *
 * @throws {Defect} MissingPart when the app has no database
 * @example const processes = await membersOf(bank).list()
 */
export function membersOf(app: Pick<OpenApp, 'ports'>): MemberList {
  const { transactions } = app.ports
  if (transactions instanceof DataTransactions) return memberList(transactions.database)
  throw new Defect('MissingPart', { name: 'heddle.Members', missing: 'a database' })
}

function memberList(database: Database): MemberList {
  return {
    async list() {
      const now = await database.now()
      const where = { kind: 'compare', column: 'seen', by: 'gt', value: now - memberGoneMs } as const
      const order = ['since', 'id'].map((column) => ({ column, descending: false }))
      const records = await findRecords(database, MemberRecord, systemTenant, { where, order })
      return records.map(({ since, seen, ...rest }) => ({ ...rest, since: since.getTime(), seenAt: seen.getTime() }))
    },
  }
}
