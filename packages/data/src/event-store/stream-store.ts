import {
  type AnyEvent,
  castOutput,
  CommitConflict,
  Defect,
  eventContent,
  holdsAnnotation,
  type PortScope,
  systemFailure,
  toJson,
} from '@heddle/core'
import type { PageQuery, Reader } from '../database/database.ts'
import type { Row } from '../database/table.ts'
import type { AnyRecord } from '../entity/record-codec.ts'
import { streamAppendOf } from '../events/append.ts'
import { secretStreamEventTable } from '../events/event-tables.ts'
import { SecretSnapshotRecord, SnapshotRecord, StreamRecord } from '../events/records.ts'
import { eventDecoder, type StoredEvent } from '../events/stored-event.ts'
import { systemTenant } from '../system/entities.ts'
import type { DataUnit } from '../unit/data-unit.ts'
import type { StoreFacts, StreamEvent } from './event-store.ts'

/** How many events one read gives at most (limit `streams.read`). */
const readLimit = 1000

interface Folded {
  readonly state: unknown
  readonly length: number
}

/** The streams of a store in one unit of work. */
export class StreamStore {
  readonly #facts: StoreFacts
  readonly #scope: PortScope
  readonly #unit: DataUnit
  readonly #decode: ReturnType<typeof eventDecoder>

  constructor(facts: StoreFacts, scope: PortScope, unit: DataUnit) {
    this.#facts = facts
    this.#scope = scope
    this.#unit = unit
    this.#decode = eventDecoder(facts.events)
  }

  async load(stream: string): Promise<Folded> {
    const key = this.#keyOf(stream)
    const length = await this.#length(key)
    if (length === 0) return { state: this.#facts.initial, length }
    const pending = this.#pending(key)
    const committed = length - pending.length
    let folded = await this.#snapshot(key, committed)
    while (folded.length < committed) {
      const events = await this.#events(key, folded.length, Math.min(readLimit, committed - folded.length))
      if (events.length === 0) throw new CommitConflict()
      folded = this.#fold(folded, events)
    }
    return this.#fold(folded, pending)
  }

  async append(
    stream: string,
    events: readonly (readonly [AnyEvent, unknown])[],
    { expected }: { expected?: number } = {},
  ): Promise<number> {
    const { command, clock } = this.#scope
    if (this.#unit.mode === 'query') throw new Defect('QueryWrote', { command })
    const key = this.#keyOf(stream)
    const [record] = await this.#unit.load(StreamRecord, [key])
    const found = (record?.['length'] as number | undefined) ?? 0
    if (expected !== undefined && expected !== found) {
      throw systemFailure('WrongExpectedVersion', { stream: key, found, expected })
    }
    let length = found
    for (const [event, data] of events) {
      if (!this.#facts.events.includes(event)) throw new Defect('UndeclaredEmit', { command, event: event.name })
      const content = eventContent(event, data, command)
      const made = { ...content, key, id: this.#scope.newId(), at: clock.now() }
      const emitted = { ...made, principal: this.#scope.principal?.id, traceId: undefined }
      this.#unit.append(streamAppendOf(this.#unit.tenant, emitted, ++length))
    }
    if (length === found) return found
    this.#saveLength(key, record, length)
    const { snapshotEvery } = this.#facts
    if (snapshotEvery > 0 && Math.floor(length / snapshotEvery) > Math.floor(found / snapshotEvery)) {
      this.#saveSnapshot(key, await this.load(stream))
    }
    return length
  }

  async read(stream: string, { after = 0, limit = 100 } = {}): Promise<readonly StreamEvent[]> {
    return this.#events(this.#keyOf(stream), after, Math.min(limit, readLimit))
  }

  /** Streams of different stores may have the same name. */
  #keyOf(stream: string): string {
    return `${this.#facts.name}/${stream}`
  }

  async #length(key: string): Promise<number> {
    const [record] = await this.#unit.load(StreamRecord, [key])
    return (record?.['length'] as number | undefined) ?? 0
  }

  /** The commit verifies the length that was read, so of two who append at once one runs again. */
  #saveLength(key: string, record: AnyRecord | undefined, length: number): void {
    const values = [key, length]
    const next = StreamRecord.codec.decodeValues(values)
    if (record) this.#unit.replace(StreamRecord, record, next, values)
    else this.#unit.insert(StreamRecord, key, next, values)
  }

  /** Written over whatever is there: which snapshot stays matters to nobody. */
  #saveSnapshot(key: string, { state, length }: Folded): void {
    const record = { stream: key, length, version: this.#snapshotVersion, state: toJson(state) }
    const kept = this.#facts.events.some(({ data }) => holdsAnnotation(data)) ? SecretSnapshotRecord : SnapshotRecord
    this.#unit.put(kept, key, record, SnapshotRecord.codec.encode(record))
  }

  get #snapshotVersion(): string {
    return `${this.#facts.name}@${this.#facts.version}`
  }

  async #snapshot(key: string, most: number): Promise<Folded> {
    const { state: type, initial } = this.#facts
    const reader: Reader = await this.#unit.reader()
    const [row] = await reader.read(SecretSnapshotRecord.table, this.#unit.tenant, [key])
    if (row) {
      const { length, version, state } = SnapshotRecord.codec.decode(row) as unknown as Folded & { version: string }
      if (version === this.#snapshotVersion && length <= most) return { state: castOutput(type, state), length }
    }
    return { state: initial, length: 0 }
  }

  /** Events that this unit appended and that are not written yet. */
  #pending(key: string): readonly StreamEvent[] {
    return this.#unit.events
      .filter(({ table, values }) => table.name === secretStreamEventTable.name && values[keyIndex] === key)
      .map(({ values }) => this.#event([0, 0, ...values]))
  }

  async #events(key: string, after: number, limit: number): Promise<readonly StreamEvent[]> {
    const reader: Reader = await this.#unit.reader()
    const rows = await reader.find(secretStreamEventTable, systemTenant, pageOf(this.#unit.tenant, key, after, limit))
    return rows.map((row) => this.#event(row))
  }

  #event(row: Row): StreamEvent {
    const { number = 0, name, data, at }: StoredEvent = this.#decode({ table: secretStreamEventTable, row })
    return { number, name, data, at }
  }

  #fold(from: Folded, events: readonly StreamEvent[]): Folded {
    let { state } = from
    for (const event of events) state = this.#facts.fold(state as never, event as never)
    return { state, length: from.length + events.length }
  }
}

/** Where the key stands among the values of an append: tenant, id, name, version, key. */
const keyIndex = 4

function pageOf(tenant: string, key: string, after: number, limit: number): PageQuery {
  return {
    where: {
      kind: 'and',
      conditions: [
        { kind: 'compare', column: 'tenant', by: 'eq', value: tenant },
        { kind: 'compare', column: 'key', by: 'eq', value: key },
        { kind: 'compare', column: 'number', by: 'gt', value: after },
      ],
    },
    order: [
      { column: 'number', descending: false },
      { column: 'offset', descending: false },
    ],
    after: undefined,
    limit,
  }
}
