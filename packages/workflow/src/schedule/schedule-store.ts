import { ScheduleRecord, type Database, type Row, type Write } from '@heddle/data'
import type { Json } from '@heddle/core'

/** What is repeated without being declared: asked for by a command at run time. */
export interface Repeated {
  readonly target: string
  readonly input: Json
  readonly cron?: string
  readonly timeZone?: string
  /** Milliseconds. */
  readonly every?: number
  readonly queue?: string
  readonly principal?: string
}

/** What the row of a schedule says beside its times. */
export interface ScheduleNotes {
  /** The times of its declaration, when `due` was found by them. */
  readonly times?: string
  readonly repeats?: Repeated
  /** The run that was started last. */
  readonly lastRun?: string
  /** The last planned time that was left out, and why. */
  readonly skipped?: { readonly planned: number; readonly because: string }
  /** Planned times whose runs wait for the end of the one before, the earliest first. */
  readonly queued?: readonly number[]
  /** Up to this time nothing is left out, however late it is. */
  readonly backfillTo?: number
}

/** The row of a schedule. */
export interface ScheduleRow {
  readonly name: string
  readonly last: Date
  readonly due?: Date
  readonly paused: boolean
  readonly notes: ScheduleNotes
}

/** A schedule as it was read. */
export interface StoredSchedule extends ScheduleRow {
  readonly tenant: string
  readonly version: number
}

const { table, codec } = ScheduleRecord

const pageLimit = 500

/** The record of a row. */
export const scheduleRecord = ({ name, last, due, paused, notes }: ScheduleRow) => ({
  name,
  last,
  paused,
  facts: JSON.stringify(notes),
  ...(due && { due }),
})

/** The row in a record. */
export function scheduleOf(record: object): ScheduleRow {
  const { facts, ...rest } = record as Omit<ScheduleRow, 'notes'> & { readonly facts: string }
  return { ...rest, notes: JSON.parse(facts) as ScheduleNotes }
}

const decode = (tenant: string, row: Row): StoredSchedule => ({
  ...scheduleOf(codec.decode(row)),
  tenant,
  version: row[0],
})

/** The write that changes the row of a schedule as it was read, or makes it. */
export function scheduleWrite(row: ScheduleRow, version: number | undefined): Write {
  const values = codec.encode(scheduleRecord(row) as never)
  if (version === undefined) return { kind: 'insert', table, values, absent: true }
  return { kind: 'update', table, key: row.name, values, version }
}

/** The rows of schedules. */
export class ScheduleStore {
  readonly database: Database

  constructor(database: Database) {
    this.database = database
  }

  async read(tenant: string, name: string): Promise<StoredSchedule | undefined> {
    const [row] = await this.database.read(table, tenant, [name])
    return row && decode(tenant, row)
  }

  /** Those of all tenants whose planned time has come, the earliest first. */
  due(now: number): Promise<StoredSchedule[]> {
    return this.#find('lte', now, pageLimit)
  }

  /** The next planned time behind this one. */
  async next(now: number): Promise<number | undefined> {
    const [next] = await this.#find('gt', now, 1)
    return next?.due!.getTime()
  }

  async #find(by: 'lte' | 'gt', now: number, limit: number): Promise<StoredSchedule[]> {
    const found = await this.database.findAcross(table, {
      where: { kind: 'compare', column: 'due', by, value: now },
      order: [{ column: 'due', descending: false }],
      after: undefined,
      limit,
    })
    return found.map(({ tenant, row }) => decode(tenant, row))
  }

  async list(tenant: string, after: string | undefined, limit: number): Promise<StoredSchedule[]> {
    const rows = await this.database.find(table, tenant, {
      where: undefined,
      order: [{ column: 'name', descending: false }],
      after: after === undefined ? undefined : [after],
      limit,
    })
    return rows.map((row) => decode(tenant, row))
  }
}
