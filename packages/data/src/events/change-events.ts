import { Defect, type Event, event, type EventAccess, eventContent, type PortScope } from '@heddle/core'
import { z } from 'zod'
import type { Entity } from '../entity/entity.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import type { Fields } from '../entity/types.ts'
import type { DataUnit } from '../unit/data-unit.ts'

/** The events of an entity that says `events: true`. */
export interface ChangeEvents<Rec = unknown, Name extends string = string> {
  readonly Inserted: Event<`${Name}.Inserted`, { readonly record: Rec }>
  readonly Updated: Event<`${Name}.Updated`, { readonly record: Rec; readonly before: Rec }>
  /** Softly, with the record as it was `before`, or for good; what is brought back is `Updated`. */
  readonly Deleted: Event<`${Name}.Deleted`, { readonly record: Rec; readonly before?: Rec }>
}

/** How the changes of an entity are told. */
export interface ChangeEventsOptions<Rec = unknown> {
  /** To whom they are pushed. @default nobody outside of the app */
  readonly access?: EventAccess<{ readonly record: Rec; readonly before?: Rec }>
}

/** Makes the events of an entity. Those of one record stay in order. */
export function changeEvents(
  name: string,
  key: string,
  fields: Fields,
  { access }: ChangeEventsOptions<never> = {},
): ChangeEvents {
  const record = z.object(fields as unknown as z.ZodRawShape)
  const keyOf = ({ record: changed }: { record: AnyRecord }) => String(changed[key])
  const of = (what: string, data: z.ZodType<{ record: AnyRecord }>) =>
    event(`${name}.${what}`, { data, key: keyOf, access: access as never })
  return {
    Inserted: of('Inserted', z.object({ record })),
    Updated: of('Updated', z.object({ record, before: record })),
    Deleted: of('Deleted', z.object({ record, before: record.optional() })),
  } as unknown as ChangeEvents
}

/**
 * The events that tell of an entity's changes, for handlers.
 *
 * @throws {Defect} InvalidDefinition for an entity without `events: true`
 * @example
 * handler('bank.WatchAccounts', { on: [changesOf(Account).Updated], run: ({ input: { data } }) => … })
 */
export function changesOf<Rec, K, New, Patch, Paths, Name extends string>(
  entity: Entity<Rec, K, New, Patch, Paths, Name>,
): ChangeEvents<Rec, Name> {
  if (entity.changes) return entity.changes as ChangeEvents<Rec, Name>
  throw new Defect('InvalidDefinition', { name: `entity ${entity.name}`, reason: 'it lacks `events: true`' })
}

/** Emits a change with the unit's writes. */
export function tellChange(told: Event, scope: PortScope, unit: DataUnit, data: object): void {
  const content = eventContent(told, data, scope.command)
  const made = { ...content, id: scope.newId(), at: scope.clock.now() }
  unit.emit({ ...made, principal: scope.principal?.id, traceId: undefined })
}
