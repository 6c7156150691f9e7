import { type LeaseProof, systemFailure } from '@heddle/core'
import type { Database, Write } from '../database/database.ts'
import type { RecordOf } from '../entity/entity.ts'
import { findRecords } from '../system/records.ts'
import type { Acquired, Lease, LeaseStore } from './lease.ts'
import { LeaseRecord } from './lease-record.ts'

/** How long a lease may be held without a renewal (limit `lease.ttl`). */
export const longestLeaseMs = 24 * 60 * 60 * 1000
/** How many leases a page holds at most (limit `lease.list`). */
const listLimit = 1000
/** Somebody else changing the lease at the same moment is rare, and each time one of them gets on. */
const attempts = 100

const { table, codec } = LeaseRecord
type LeaseRow = RecordOf<typeof LeaseRecord>

/**
 * Leases in a database. Every change expects the version that it read, so of two who want a lease at once one gets it;
 * a new holder gets a larger token than all before, and commits that carry an older one are refused.
 *
 * After Kleppmann, "How to do distributed locking" (2016): a lease alone protects nothing, because its holder can be
 * paused past its end; the store has to look at the token.
 */
export function createLeases(database: Database, tenant: string): LeaseStore {
  return {
    async acquire(name, { ttlMs, holder }) {
      assertTtl(ttlMs)
      assertText('name', name)
      assertText('holder', holder)
      return changed<Acquired>(name, (row, now) => {
        const isHeld = row?.holder !== undefined && row.until.getTime() > now
        if (isHeld && row.holder !== holder) {
          return { answer: { acquired: false, name, holder: row.holder!, expiresAt: row.until.getTime() } }
        }
        // Forgotten leases leave no token behind, but the clock has gone on since.
        const token = isHeld ? row.token : Math.max((row?.token ?? 0) + 1, Math.floor(now))
        const since = isHeld ? row.since : new Date(now)
        const record = { name, holder, token, since, until: new Date(now + ttlMs) }
        return { record, answer: { acquired: true, ...leaseOf(record) } }
      })
    },

    async renew({ name, token }, ttlMs) {
      assertTtl(ttlMs)
      return changed(name, (row, now) => {
        if (!row || !holds(row, token)) throw leaseLost(name, token)
        const record = { ...row, until: new Date(now + ttlMs) }
        return { record, answer: leaseOf(record) }
      })
    },

    release: ({ name, token }) =>
      changed(name, (row, now) => {
        if (!row || !holds(row, token)) return { answer: false }
        return { record: { ...row, holder: undefined, until: new Date(now) }, answer: true }
      }),

    async list({ after, limit = 100 } = {}) {
      if (!Number.isInteger(limit) || limit < 1 || limit > listLimit) {
        throw systemFailure('LimitReached', { name: 'lease.list', limit: listLimit })
      }
      const now = await database.now()
      const held = { kind: 'compare', column: 'until', by: 'gt', value: now } as const
      const query = { where: held, after: after === undefined ? undefined : [after], limit }
      const rows = await findRecords<LeaseRow>(database, LeaseRecord, tenant, query)
      return rows.map(leaseOf)
    },
  }

  /** Reads, decides and writes, again when somebody else wrote meanwhile. */
  async function changed<Answer>(
    name: string,
    decide: (row: LeaseRow | undefined, now: number) => { record?: LeaseRow; answer: Answer },
  ): Promise<Answer> {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      const [row] = await database.read(table, tenant, [name])
      // The time after the read: a lease that was renewed before it is seen as renewed.
      const { record, answer } = decide(row && (codec.decode(row) as LeaseRow), await database.now())
      if (!record) return answer
      const values = codec.encode(record)
      const write: Write = row
        ? { kind: 'update', table, key: name, values, version: row[0] }
        : { kind: 'insert', table, values, absent: true }
      if (!(await database.commit({ tenant, checks: [], writes: [write] }))) return answer
    }
    throw systemFailure('Conflict', { attempts })
  }
}

const holds = ({ holder, token }: LeaseRow, proof: LeaseProof['token']) => holder !== undefined && token === proof

const leaseOf = ({ name, holder = '', token, since, until }: LeaseRow): Lease => ({
  name,
  holder,
  token,
  since: since.getTime(),
  expiresAt: until.getTime(),
})

const leaseLost = (lease: string, token: number) => systemFailure('LeaseLost', { lease, token })

function assertTtl(ttlMs: number): void {
  if (ttlMs > 0 && ttlMs <= longestLeaseMs) return
  const expected = `more than 0 and at most ${longestLeaseMs} milliseconds were expected (limit "lease.ttl")`
  throw systemFailure('InvalidOption', { option: 'ttlMs', value: String(ttlMs), expected })
}

function assertText(option: string, value: string): void {
  if (value.length > 0 && value.length <= 255) return
  const expected = '1 to 255 characters were expected'
  throw systemFailure('InvalidOption', { option, value: JSON.stringify(value.slice(0, 300)), expected })
}
