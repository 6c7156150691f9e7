import type { Weight } from '../record/record.ts'

/** A record to append. Text is kept as UTF-8. */
export interface LogRecord {
  readonly key?: Uint8Array | string | null
  /** Null says that the key is gone: a tombstone. */
  readonly value: Uint8Array | string | null
  /** When it happened: UTC, in milliseconds since 1970. */
  readonly time: number
  /** @default 1 */
  readonly weight?: Weight
}

/** A record that was read. Its bytes are a view on those of its frame. */
export interface StoredRecord {
  readonly offset: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly time: number
  readonly weight: Weight
}
