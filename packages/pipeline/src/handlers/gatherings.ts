import type { Maybe, Port } from '@heddle/core'
import { type Database, dataUnit, findRecords, GatheredRecord } from '@heddle/data'
import type { OnConfig } from './on-config.ts'

/** What is said among processes when an event was gathered. */
export const gatheredTopic = 'heddle.gathered'

/** Events that wait together. */
export interface Group {
  readonly tenant: string
  readonly pipeline: string
  readonly group: string
}

/** Tells every process of the app that events wait. */
export const GatheredNotices: Port<{ tell(group: Group): Maybe<void> }> = {
  kind: 'port',
  name: 'heddle.GatheredNotices',
  external: false,
  bind(scope) {
    const { notices } = dataUnit(scope, 'heddle.GatheredNotices').database
    return { tell: (group) => notices.publish(gatheredTopic, JSON.stringify(group)) }
  },
}

/** How many events of a group are taken at once at most. */
export const takenLimit = 1000

/** When the events of a group are to be handled; nothing where none waits. */
export async function dueAt(database: Database, group: Group, on: OnConfig): Promise<number | undefined> {
  const where = waiting(group)
  const records = await findRecords(database, GatheredRecord, group.tenant, { where, limit: takenLimit })
  return dueOf(
    records.map(({ at }) => at.getTime()),
    on,
  )
}

/** When events that came at these times are to be handled. */
export function dueOf(times: readonly number[], { debounce, batch }: OnConfig): number | undefined {
  if (times.length === 0) return undefined
  if (debounce !== undefined) return Math.max(...times) + debounce
  return times.length >= (batch?.size ?? 1) ? Math.min(...times) : Math.min(...times) + (batch?.wait ?? 0)
}

const equals = (column: string, value: string) => ({ kind: 'compare', column, by: 'eq', value }) as const

const waiting = ({ pipeline, group }: Group) =>
  ({ kind: 'and', conditions: [equals('pipeline', pipeline), equals('group', group)] }) as const

/** Every group of a pipeline in which events wait. */
export async function waitingGroups(database: Database, pipeline: string): Promise<readonly Group[]> {
  const groups = new Map<string, Group>()
  let after: string | undefined
  for (;;) {
    const order = [{ column: 'id', descending: false }]
    const conditions = [equals('pipeline', pipeline), ...(after === undefined ? [] : [behind(after)])]
    const where = { kind: 'and', conditions } as const
    const rows = await database.findAcross(GatheredRecord.table, { where, order, after: undefined, limit: takenLimit })
    for (const { tenant, row } of rows) {
      const { id, group } = GatheredRecord.codec.decode(row) as unknown as { id: string; group: string }
      after = id
      groups.set(JSON.stringify([tenant, group]), { tenant, pipeline, group })
    }
    if (rows.length < takenLimit) return [...groups.values()]
  }
}

const behind = (id: string) => ({ kind: 'compare', column: 'id', by: 'gt', value: id }) as const
