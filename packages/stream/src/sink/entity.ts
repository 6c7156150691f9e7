import { CommitConflict, Defect, Failure, type Port, type PortScope, systemFailure, uuidV7 } from '@heddle/core'
import { type AnyEntity, type Entity, type Repository, repository } from '@heddle/data'
import { z } from 'zod'
import { entityIn } from '../source/changes.ts'
import { defineSink, type OpenSink, type SinkHost, type SinkRecord } from './sink.ts'
import { rowChecker, rowOf } from './table/row-entity.ts'
import { isSameStored, valuesOf } from './table/same-row.ts'
import { isOlderWindow, leavesOutWindow } from './table/window-order.ts'

const config = z.strictObject({ name: z.string().min(1).describe('The entity; its key is a field of the records') })

/** What a sink of records of an entity is told. */
export type EntitySinkConfig = z.output<typeof config>

/**
 * The kind of sink `entity`: records become records of an entity of the app, through its repository: with its types, checks,
 * references, hooks and events. One with a key that is there changes that record; one that is withdrawn deletes it. What the
 * entity refuses is a dead letter.
 */
export const entitySinkKind = defineSink<EntitySinkConfig>({
  name: 'entity',
  summary: 'Records of an entity of the app, with its checks, hooks and events',
  config,
  short: 'name',
  examples: [{ name: 'flights.Airport' }],
  create: ({ name }, _type, input) => ({
    kind: 'entity',
    needsApp: true,
    delivery: 'idempotent',
    accepts: 'changes',
    fills: `the entity ${name}`,
    describe: () => ({ name }),
    open(host) {
      if (!host.app) throw new Defect('MissingPart', { name: host.job, missing: 'an app with a database' })
      const entity = entityIn(host.app, name, host.job)
      return entityWriter(entity, leavesOutWindow([entity.table.key], input?.keys), host)
    },
  }),
})

type Rec = Readonly<Record<string, unknown>>
type AnyRepository = Repository<Rec, unknown, Rec, Rec>

/** So many records are in a unit of work. */
const unitRecords = 200
/** How often a unit is made anew where others changed the same records (limit `entitySink.attempts`). */
const attemptLimit = 10

/** @param isOfNewest whether a record is of many windows: the result of an older one then leaves a newer one alone */
function entityWriter(entity: AnyEntity, isOfNewest: boolean, host: SinkHost): OpenSink {
  const { app, job, name, ports, signal, tenant = 'main', refuse } = host
  const port = repository(entity as Entity<Rec, unknown, Rec, Rec>) as unknown as Port<AnyRepository>
  const fault = rowChecker(entity)
  const own = z.object(entity.ownFields as z.ZodRawShape).partial()
  const scopeOf = (unit: PortScope['unit'], after: (() => void)[]): PortScope => ({
    command: `${job}/${name}`,
    tenant,
    clock: ports.clock,
    random: ports.random,
    signal,
    unit,
    newId: () => uuidV7(ports.clock, ports.random),
    afterCommit: (run) => void after.push(run),
    keepLetter() {},
  })

  const apply = async (records: readonly SinkRecord[]): Promise<void> => {
    let lost: PortScope['unit'] | undefined
    for (let attempt = 1; ; attempt++) {
      const unit = app!.ports.transactions.begin({ mode: 'command', tenant, signal, after: lost })
      const after: (() => void)[] = []
      try {
        await unit.prepare()
        const stored = port.bind!(scopeOf(unit, after))
        for (const record of records) await put(stored, record)
        await unit.commit()
        for (const run of after) run()
        return
      } catch (thrown) {
        unit.rollback()
        if (!(thrown instanceof CommitConflict)) throw thrown
        if (attempt === attemptLimit) throw systemFailure('Conflict', { attempts: attempt })
        lost = unit
      }
    }
  }

  const put = async (stored: AnyRepository, { value, weight }: SinkRecord): Promise<void> => {
    const key = (value as Rec)[entity.table.key]
    const before = key === undefined ? undefined : await stored.get(key)
    if (isOfNewest && isOlderWindow(value, before)) return
    if (weight === -1 && !before) return
    const row = rowOf(entity, value, '')
    const given = Object.fromEntries(
      Object.entries(row).filter(([field, part]) => part !== undefined && field in entity.ownFields),
    )
    if (weight === -1) {
      if (before && isStanding(before, given)) stored.delete(before)
      return
    }
    if (!before) {
      stored.insert(given)
      return
    }
    const reason = fault({ ...before, ...given })
    if (reason !== undefined) throw systemFailure('InvalidRecord', { entity: entity.name, key, reason })
    const { [entity.table.key]: _key, ...patch } = given
    stored.update(before, patch)
  }

  /** Whether a record that is withdrawn is the one that stands, in the fields that it has: with what the entity makes of them. */
  const isStanding = (before: Rec, given: Rec): boolean => {
    const checked = own.safeParse(given)
    if (!checked.success) return false
    const taken = Object.fromEntries(Object.entries(checked.data).filter(([field]) => field in given))
    const values = valuesOf(entity, { ...before, ...taken })
    return values !== undefined && isSameStored(entity, values, entity.codec.encode(before))
  }

  /** What the entity refuses of many is found by giving it one after the other. */
  const applyEach = async (records: readonly SinkRecord[]): Promise<void> => {
    for (const record of records) {
      try {
        await apply([record])
      } catch (thrown) {
        const failure = thrown instanceof Defect ? thrown.toFailure() : thrown
        if (!(failure instanceof Failure) || failure.retry !== 'never' || !refuse) throw thrown
        refuse(record, [failure.toJSON()])
      }
    }
  }

  return {
    async write(records) {
      for (let from = 0; from < records.length; from += unitRecords) {
        const some = records.slice(from, from + unitRecords)
        try {
          await apply(some)
        } catch (thrown) {
          if (!(thrown instanceof Failure || thrown instanceof Defect)) throw thrown
          await applyEach(some)
        }
      }
    },
    close() {},
  }
}
