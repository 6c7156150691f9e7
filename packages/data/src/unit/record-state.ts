import type { Value } from '../database/table.ts'
import type { AnyRecord } from '../entity/record-codec.ts'

/** What a unit of work knows of one key of one entity. */
export interface RecordState {
  /** The unit's newest record; undefined when there is none. */
  record: AnyRecord | undefined
  /** The same, as it is stored. */
  values: readonly Value[] | undefined
  /** The committed version that was read; 0 when the key was free, undefined when nobody looked. */
  readonly version: number | undefined
  /** Read by key, so the commit verifies it. */
  read: boolean
  /** How often this unit and its parents wrote it; 0 is as committed. */
  revision: number
  /** In an overlay: the revision from which it started. */
  readonly baseRevision: number
}

/** A state for records that are written over: no version is expected. */
export const anything: RecordState = {
  record: undefined,
  values: undefined,
  version: -1,
  read: false,
  revision: 0,
  baseRevision: 0,
}
