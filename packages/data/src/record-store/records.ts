import { Defect, type Maybe, type Port } from '@heddle/core'
import { encryptedColumns } from '../encryption/encrypted-columns.ts'
import type { AnyEntity, Entity } from '../entity/entity.ts'
import type { FindOptions, Found } from '../repository/repository.ts'

/** The records of one entity that one tenant has in a record store. Records are frozen. */
export interface Records<Rec, K, New, Patch> {
  get(key: K): Maybe<Rec | undefined>
  /** In the order of the keys. */
  getMany(keys: readonly K[]): Maybe<readonly (Rec | undefined)[]>
  /**
   * Adds a record at once. A key of type uuid is made up when it is left out.
   *
   * @throws {Failure} NotUnique, ConstraintBroken, Unavailable
   */
  insert(values: New): Promise<Rec>
  /** Writes a record, whatever is there under its key. @throws {Failure} NotUnique, ConstraintBroken, Unavailable */
  put(values: New): Promise<Rec>
  /**
   * Changes fields of a record as it was read, at once.
   *
   * @throws {Failure} Conflict when it was changed or removed since, NotUnique, ConstraintBroken, Unavailable
   * @throws {Defect} StaleRecord when `record` is no record that was read or written here
   */
  update(record: Rec, patch: Patch): Promise<Rec>
  /** Removes a record as it was read. @throws {Failure} Conflict, Unavailable */
  delete(record: Rec): Promise<void>
  /** @throws {Failure} Unavailable, MalformedInput for a cursor that is none */
  find(options?: Omit<FindOptions<Rec>, 'withDeleted'>): Maybe<Found<Rec>>
}

/** The records of every tenant, each apart. */
export interface TenantRecords<Rec, K, New, Patch> {
  /** @example ctx.use(Sessions).of(ctx.tenant) */
  of(tenant: string): Records<Rec, K, New, Patch>
}

/** The port of records in a store. */
export interface RecordsPort<Rec = unknown, K = unknown, New = unknown, Patch = unknown> extends Port<
  TenantRecords<Rec, K, New, Patch>
> {
  readonly entity: AnyEntity
}

/**
 * The port through which commands read and write records that are not in the app's database. What it writes is there at
 * once, for itself: no unit of work holds it, and a command that fails does not undo it.
 *
 * @throws {Defect} InvalidDefinition for an entity that wants what only a database can do
 * @example
 * const Session = entity('web.Session', { key: 'id', fields: { id: z.uuid(), user: z.string(), seen: z.date() } })
 * export const Sessions = records(Session)
 * app('web', { parts: [openSession, provideRecords(Sessions, redisRecords({ url, prefix: 'web' }))] })
 */
export function records<Rec, K, New, Patch, Paths>(
  entity: Entity<Rec, K, New, Patch, Paths>,
): RecordsPort<Rec, K, New, Patch> {
  const wanted = onlyInDatabases(entity)
  if (wanted !== undefined) {
    const reason = `it has ${wanted}, for which records must be in the app's database; take repository(…)`
    throw new Defect('InvalidDefinition', { name: `records of ${entity.name}`, reason })
  }
  return { kind: 'port', name: `records of ${entity.name}`, external: true, entity }
}

function onlyInDatabases({ switches, references, hooks, changes, table }: AnyEntity): string | undefined {
  if (references.length > 0) return 'references'
  // A store keeps what it is given: nothing encrypts before it, and what was to be secret would lie open.
  if (encryptedColumns(table).length > 0) return 'encrypted fields'
  if (hooks) return 'hooks'
  if (changes) return 'events'
  const on = Object.entries(switches).find(([, isOn]) => isOn)
  return on && `\`${on[0]}\``
}
