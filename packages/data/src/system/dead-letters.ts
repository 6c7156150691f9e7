import { type DeadLetter, type DeadLetters, Defect, type Json, type NewDeadLetter, type Ports } from '@heddle/core'
import { growingIds, hasKeys, systemFailure, toJson } from '@heddle/core'
import type { Database, Write } from '../database/database.ts'
import type { RecordOf } from '../entity/entity.ts'
import type { Condition } from '../filter/condition.ts'
import { DeadLetterRecord, WholeDeadLetterRecord } from './entities.ts'
import { DataUnit } from '../unit/data-unit.ts'
import { findRecords, putWrite } from './records.ts'

type LetterRecord = RecordOf<typeof DeadLetterRecord>
type WholeLetterRecord = RecordOf<typeof WholeDeadLetterRecord>

/** What keeping letters needs. */
export type DeadLetterPorts = Pick<Ports, 'clock' | 'random' | 'keys' | 'log'>

/** Keeps what failed for good in the database. Ids grow with time, so a list goes from the oldest to the newest. */
export function createDeadLetters(database: Database, ports: DeadLetterPorts): DeadLetters {
  const { clock } = ports
  const recordOf = letterRecords(ports)
  const writesOf = letterWriter(ports)
  return {
    async add(letters) {
      for (const [tenant, group] of Map.groupBy(letters, (letter) => letter.tenant)) {
        await database.commit({ tenant, checks: [], writes: writesOf(group) })
      }
    },

    addWithin(unit, letters) {
      if (!(unit instanceof DataUnit)) throw new TypeError('This unit of work is not one of the database')
      const at = new Date(clock.now())
      for (const letter of letters) {
        const { entity, record } = recordOf(letter, at)
        unit.put(entity, record.id, record, entity.codec.encode(record))
      }
    },

    async list({ tenant, command, after, limit = 100 }) {
      const where: Condition | undefined = command
        ? { kind: 'compare', column: 'command', by: 'eq', value: command }
        : undefined
      const query = { where, after: after === undefined ? undefined : [after], limit }
      const found = await findRecords<LetterRecord>(database, DeadLetterRecord, tenant, query)
      const lacking = await lackingInput(tenant, found)
      return found.map((record) => letterOf(tenant, record, lacking.has(record.id)))
    },

    async get(tenant, id) {
      const { table, codec } = DeadLetterRecord
      const [row] = await database.read(table, tenant, [id])
      if (!row) return undefined
      const record = codec.decode(row) as LetterRecord
      return letterOf(tenant, record, (await lackingInput(tenant, [record])).has(id))
    },

    async inputOf(tenant, id) {
      const { table, codec } = WholeDeadLetterRecord
      const [row] = await database.read(table, tenant, [id])
      if (!row) return undefined
      const { masked, input, secret } = codec.decode(row) as WholeLetterRecord
      if (!masked) return { input }
      if (secret === undefined) throw new Defect('Undecryptable', { place: `the dead letter ${id}`, reason: unkept })
      return { input: secret }
    },

    async failedAgain({ tenant, id, replays }, errors) {
      const { table, codec } = DeadLetterRecord
      const [row] = await database.read(table, tenant, [id])
      const found = row && (codec.decode(row) as LetterRecord)
      if (!found || (found.replays ?? 0) !== replays) return
      const values = codec.encode({ ...found, errors: errors.map(toJson), replays: replays + 1 })
      // A conflict means that somebody else noted or dropped it.
      const write: Write = { kind: 'update', table, key: id, values, version: row[0] }
      await database.commit({ tenant, checks: [], writes: [write] })
    },

    async drop(tenant, ids) {
      const { table } = DeadLetterRecord
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

  /** The ids of those whose whole input was not kept. What is encrypted is not read for that: its keys may be gone. */
  async function lackingInput(tenant: string, records: readonly LetterRecord[]): Promise<ReadonlySet<string>> {
    const ids = records.filter(({ masked }) => masked).map(({ id }) => id)
    if (ids.length === 0) return new Set()
    const where: Condition = {
      kind: 'and',
      conditions: [
        { kind: 'in', column: 'id', values: ids },
        { kind: 'missing', column: 'secret' },
      ],
    }
    const found = await findRecords<WholeLetterRecord>(database, WholeDeadLetterRecord, tenant, { where })
    return new Set(found.map(({ id }) => id))
  }
}

/** Makes the records of letters. One whose secret cannot be encrypted is kept without it: who looks at it still sees what went wrong. */
function letterRecords({ clock, random, keys, log }: DeadLetterPorts) {
  const newId = growingIds(clock, random)
  return ({ command, origin, input, errors, secret, record: kept, again }: NewDeadLetter, now: Date) => {
    const id = again?.id ?? newId()
    const at = again?.at === undefined ? now : new Date(again.at)
    const replays = again && { replays: again.replays }
    const record = {
      id,
      command,
      origin,
      input: toJson(input),
      errors: errors.map(toJson),
      at,
      ...replays,
      record: kept,
    }
    if (secret === undefined) return { entity: DeadLetterRecord, record }
    if (hasKeys(keys)) {
      return { entity: WholeDeadLetterRecord, record: { ...record, masked: true, secret: toJson(secret) } }
    }
    log.write('warning', `the dead letter ${id} is kept masked, because there are no keys to encrypt its input`, {
      command,
    })
    return { entity: DeadLetterRecord, record: { ...record, masked: true } }
  }
}

/** Makes the writes that keep letters, for a commit of the tenant that they belong to. */
export function letterWriter(ports: DeadLetterPorts): (letters: readonly NewDeadLetter[]) => Write[] {
  const recordOf = letterRecords(ports)
  return (letters) => {
    const at = new Date(ports.clock.now())
    return letters.map((letter) => {
      const { entity, record } = recordOf(letter, at)
      return putWrite(entity, record)
    })
  }
}

const unkept = 'there were no keys in HEDDLE_KEYS to encrypt its input when it was kept'

/** Letters never change, so a conflict means that somebody else dropped one: the next look does not find it. */
const attempts = 5

function letterOf(tenant: string, record: LetterRecord, lacksInput: boolean): DeadLetter {
  const { id, command, origin, input, errors, at, replays = 0, record: kept, queuedFor } = record
  return {
    id,
    tenant,
    command,
    ...(origin !== undefined && { origin }),
    input,
    errors: errors as DeadLetter['errors'],
    at: at.getTime(),
    replays,
    ...(lacksInput && { lacksInput: true as const }),
    ...(kept !== undefined && { record: kept as Json }),
    ...(queuedFor !== undefined && { queuedFor }),
  }
}
