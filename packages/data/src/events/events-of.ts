import { type AnyEvent, Defect, isEvent, type OpenApp, type Port, type Ports } from '@heddle/core'
import type { Database } from '../database/database.ts'
import { DataTransactions } from '../unit/data-transactions.ts'
import { dataUnit } from '../unit/data-unit.ts'
import { eventTable, streamEventTable } from './event-tables.ts'
import { type EventsOptions, followEvents, wanted } from './follow.ts'
import { eventDecoder, type StoredEventOf } from './stored-event.ts'

/** How many events one read gives at most (limit `events.read`). */
export const eventsReadLimit = 1000

/** Events of a database, in the order of their offsets. */
export interface Events {
  /** The offset of the newest event; 0 before the first. */
  last(): Promise<number>
  /** @param options.limit @default 100, at most 1,000 */
  read<E extends AnyEvent>(options?: EventsOptions<E> & { readonly limit?: number }): Promise<StoredEventOf<E>[]>
  /** Reads on as events come, until the signal aborts. Wakes without polling. */
  follow<E extends AnyEvent>(
    options?: EventsOptions<E> & { readonly signal?: AbortSignal },
  ): AsyncIterable<StoredEventOf<E>>
}

/**
 * The events of an open app, of all tenants.
 *
 * @throws {Defect} MissingPart for an app without a database
 * @example
 * for await (const { offset, data } of eventsOf(bank).follow({ after, on: [Transferred], signal })) …
 */
export function eventsOf(app: OpenApp): Events {
  return readerOf(
    databaseOf(app.ports, app.name),
    app.parts.filter((part) => isEvent(part)),
  )
}

/**
 * The database that an app's ports come from.
 *
 * @throws {Defect} MissingPart
 */
export function databaseOf({ transactions }: Pick<Ports, 'transactions'>, name: string): Database {
  if (transactions instanceof DataTransactions) return transactions.database
  throw new Defect('MissingPart', { name, missing: 'a database' })
}

function readerOf(database: Database, known: readonly AnyEvent[], tenant?: string): Events {
  const own = <E extends AnyEvent>(options: EventsOptions<E>) =>
    tenant === undefined ? options : { ...options, tenant }
  return {
    last: async () => database.lastEvent(),
    async read<E extends AnyEvent>({ limit = 100, ...options }: EventsOptions<E> & { limit?: number } = {}) {
      const decode = eventDecoder(options.on ?? known)
      const { rows } = await database.readEvents({ ...wanted(own(options)), limit: Math.min(limit, eventsReadLimit) })
      return rows.map(decode) as StoredEventOf<E>[]
    },
    follow: (options = {}) => followEvents(database, own(options), options.on ?? known),
  }
}

/** What a command may read of the events: those of its tenant. */
export type TenantEvents = Omit<Events, 'follow'>

/**
 * The port through which commands read the events of their tenant.
 *
 * @example
 * uses: [TenantEvents],
 * run: async ({ ctx }) => ctx.use(TenantEvents).read({ on: [Transferred], limit: 20 }),
 */
export const TenantEvents: Port<TenantEvents> = {
  kind: 'port',
  name: 'heddle.Events',
  external: false,
  reads: () => [eventTable.name, streamEventTable.name],
  bind(scope) {
    const { last, read } = readerOf(dataUnit(scope, 'heddle.Events').database, [], scope.tenant)
    return { last, read }
  },
}
