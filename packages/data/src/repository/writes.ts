import { Defect, systemFailure } from '@heddle/core'
import type { PortScope } from '@heddle/core'
import type { Key, Value } from '../database/table.ts'
import { type RecordCheck, recordCheck } from '../entity/check-record.ts'
import { assertChecks } from '../entity/checks.ts'
import type { AnyEntity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { toldKey } from '../entity/told-key.ts'
import { type ChangeEvents, tellChange } from '../events/change-events.ts'
import type { DataUnit } from '../unit/data-unit.ts'
import { hookContext, lasting } from './hook-context.ts'

/** What an update expects. */
export interface UpdateOptions {
  /** The version that the record must still have, for an entity with `versions: true`. */
  readonly ifVersion?: number | undefined
}

const checks = new WeakMap<AnyEntity, RecordCheck>()

function checkOf(entity: AnyEntity): RecordCheck {
  let check = checks.get(entity)
  if (!check) checks.set(entity, (check = recordCheck(entity)))
  return check
}

/** Writes a new record, with everything that the entity declares for one. */
export function insertRecord(entity: AnyEntity, scope: PortScope, unit: DataUnit, given: object): AnyRecord {
  const { hooks, keyIndex, switches } = entity
  const keyName = entity.table.key
  const wanted = (hooks?.beforeInsert?.(given, hookContext(entity, scope, unit)) ?? given) as AnyRecord
  const isMadeUp = wanted[keyName] === undefined && entity.fieldTypes[keyIndex]!.isUuid
  let checked = checkOf(entity).whole(isMadeUp ? { ...wanted, [keyName]: scope.newId() } : wanted)
  if (switches.timestamps) {
    const now = new Date(scope.clock.now())
    checked = { ...checked, createdAt: now, updatedAt: now }
  }
  if (switches.versions) checked = { ...checked, version: 1 }
  return store(entity, checked, (record, values) => {
    const key = record[keyName] as Key
    unit.insert(entity, key, record, values)
    if (entity.changes) tellChange(entity.changes.Inserted, scope, unit, { record })
    if (entity.references.length > 0) unit.rules.refers(entity, key)
    const after = hooks?.afterInsert
    if (after) unit.rules.after(() => after(record, hookContext(entity, scope, unit)))
  })
}

/** Changes fields of a record, with everything that the entity declares for a change. */
export function updateRecord(
  entity: AnyEntity,
  scope: PortScope,
  unit: DataUnit,
  before: AnyRecord,
  given: object,
  { ifVersion }: UpdateOptions = {},
): AnyRecord {
  assertVersion(entity, before, ifVersion)
  const { hooks } = entity
  const patch = hooks?.beforeUpdate?.({ record: before, patch: given }, hookContext(entity, scope, unit)) ?? given
  const checked = checkOf(entity).patch(before[entity.table.key], patch)
  return change(entity, scope, unit, before, checked, (record) => {
    if (entity.references.some(({ field }) => Object.hasOwn(checked, field)))
      unit.rules.refers(entity, record[entity.table.key] as Key)
    const after = hooks?.afterUpdate
    if (after) unit.rules.after(() => after({ before, record }, hookContext(entity, scope, unit)))
  })
}

/** Deletes a record: softly where the entity says so, else it is removed. */
export function deleteRecord(
  entity: AnyEntity,
  scope: PortScope,
  unit: DataUnit,
  record: AnyRecord,
  { ifVersion }: UpdateOptions = {},
): void {
  assertVersion(entity, record, ifVersion)
  if (!entity.switches.softDelete) return removeRecord(entity, scope, unit, record)
  entity.hooks?.beforeDelete?.(record, hookContext(entity, scope, unit))
  change(entity, scope, unit, record, { deletedAt: new Date(scope.clock.now()) }, () => {
    const after = entity.hooks?.afterDelete
    if (after) unit.rules.after(() => after(record, hookContext(entity, scope, unit)))
  })
}

/** Brings back what was deleted softly. */
export const restoreRecord = (entity: AnyEntity, scope: PortScope, unit: DataUnit, record: AnyRecord): AnyRecord =>
  change(entity, scope, unit, record, { deletedAt: undefined }, () => undefined)

/** Removes a record for good. */
export function removeRecord(entity: AnyEntity, scope: PortScope, unit: DataUnit, record: AnyRecord): void {
  const { hooks } = entity
  hooks?.beforeDelete?.(record, hookContext(entity, scope, unit))
  unit.replace(entity, record, undefined, undefined)
  if (entity.changes) tellChange(entity.changes.Deleted, scope, unit, { record })
  if (unit.catalog.referrersOf(entity).length > 0)
    unit.rules.removed(entity, record[entity.table.key] as Key, lasting(scope, unit))
  const after = hooks?.afterDelete
  if (after) unit.rules.after(() => after(record, hookContext(entity, scope, unit)))
}

function change(
  entity: AnyEntity,
  scope: PortScope,
  unit: DataUnit,
  before: AnyRecord,
  fields: AnyRecord,
  written: (record: AnyRecord) => void,
): AnyRecord {
  const { timestamps, versions } = entity.switches
  let wanted: AnyRecord = { ...before, ...fields }
  if (timestamps) wanted = { ...wanted, updatedAt: new Date(scope.clock.now()) }
  if (versions) wanted = { ...wanted, version: (before['version'] as number) + 1 }
  return store(entity, wanted, (record, values) => {
    unit.replace(entity, before, record, values)
    if (entity.changes) tellUpdate(entity, entity.changes, scope, unit, before, record)
    written(record)
  })
}

/** A record that is deleted softly is gone for those who listen. */
function tellUpdate(
  { switches }: AnyEntity,
  changes: ChangeEvents,
  scope: PortScope,
  unit: DataUnit,
  before: AnyRecord,
  record: AnyRecord,
): void {
  const isGone = switches.softDelete && record['deletedAt'] !== undefined && before['deletedAt'] === undefined
  if (isGone) return tellChange(changes.Deleted, scope, unit, { record, before })
  tellChange(changes.Updated, scope, unit, { record, before })
}

/** What comes back equals what a later read gives: it is made from the stored values. */
function store(
  entity: AnyEntity,
  wanted: AnyRecord,
  write: (record: AnyRecord, values: readonly Value[]) => void,
): AnyRecord {
  const { codec, name, table } = entity
  const key = wanted[table.key]
  const values = encode(() => codec.encode(wanted))
  const record = codec.decodeValues(values)
  if (entity.checks.length > 0) assertChecks(name, toldKey(entity, key), entity.checks, record)
  write(record, values)
  return record

  function encode(run: () => Value[]): Value[] {
    try {
      return run()
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      throw new Defect(
        'InvalidRecord',
        { entity: name, key: toldKey(entity, key), reason: error.message },
        { cause: error },
      )
    }
  }
}

function assertVersion(entity: AnyEntity, record: AnyRecord, ifVersion: number | undefined): void {
  if (ifVersion === undefined) return
  const { name, table } = entity
  const [key, version] = [toldKey(entity, record[table.key]), record['version']]
  if (!entity.switches.versions)
    throw new Defect('InvalidRecord', { entity: name, key, reason: 'it has no versions; declare `versions: true`' })
  if (version !== ifVersion) throw systemFailure('VersionOutdated', { entity: name, key, version, expected: ifVersion })
}
