import { type Clock, type DeadLetter, type DeadLetters, type Random, systemFailure, toJson, uuidV7 } from '@heddle/core'
import type { Database, Write } from '../database/database.ts'
import type { RecordOf } from '../entity/entity.ts'
import type { Condition } from '../filter/condition.ts'
import { DeadLetterRecord } from './entities.ts'
import { findRecords, putWrite } from './records.ts'

/** Keeps what failed for good in the database. Ids grow with time, so a list goes from the oldest to the newest. */
export function createDeadLetters(database: Database, clock: Clock, random: Random): DeadLetters {
  const { table, codec } = DeadLetterRecord

  return {
    async add(letters) {
      // Sorted, because ids of one millisecond are in no order by themselves.
      const ids = letters.map(() => uuidV7(clock, random)).toSorted()
      const at = new Date(clock.now())
      const groups = Map.groupBy(
        letters.map((letter, index) => ({ letter, id: ids[index]! })),
        ({ letter }) => letter.tenant,
      )
      for (const [tenant, group] of groups) {
        const writes = group.map(({ letter: { command, origin, input, errors }, id }) =>
          putWrite(DeadLetterRecord, { id, command, origin, input: toJson(input), errors: errors.map(toJson), at }),
        )
        await database.commit({ tenant, checks: [], writes })
      }
    },

    async list({ tenant, command, after, limit = 100 }) {
      const where: Condition | undefined = command
        ? { kind: 'compare', column: 'command', by: 'eq', value: command }
        : undefined
      const query = { where, after: after === undefined ? undefined : [after], limit }
      const found = await findRecords(database, DeadLetterRecord, tenant, query)
      return found.map((record) => letterOf(tenant, record))
    },

    async get(tenant, id) {
      const [row] = await database.read(table, tenant, [id])
      return row && letterOf(tenant, codec.decode(row) as RecordOf<typeof DeadLetterRecord>)
    },

    async drop(tenant, ids) {
      for (let attempt = 1; attempt <= attempts; attempt++) {
        const rows = await database.read(table, tenant, ids)
        const writes = rows.flatMap((row, index): Write[] =>
          row ? [{ kind: 'delete', table, key: ids[index]!, version: row[0] }] : [],
        )
        if (writes.length === 0) return 0
        if (!(await database.commit({ tenant, checks: [], writes }))) return writes.length
      }
      throw systemFailure('Conflict', { attempts })
    },
  }
}

/** Letters never change, so a conflict means that somebody else dropped one: the next look does not find it. */
const attempts = 5

function letterOf(tenant: string, record: RecordOf<typeof DeadLetterRecord>): DeadLetter {
  const { id, command, origin, input, errors, at } = record
  return {
    id,
    tenant,
    command,
    ...(origin !== undefined && { origin }),
    input,
    errors: errors as DeadLetter['errors'],
    at: at.getTime(),
  }
}
