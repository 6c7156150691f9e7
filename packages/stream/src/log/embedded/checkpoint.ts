import { join } from 'node:path'
import type { KnownProducer } from '../producers.ts'
import type { LogFiles } from './files.ts'
import { readWhole, writeWhole } from './files.ts'
import type { SegmentIndex } from './segment.ts'

/**
 * What a partition need not read again when it is opened: the state of its producers, and how far its newest segment was
 * durable. It is written when a segment is begun and when the log is closed. What lies behind it is read; what lies before it
 * was acknowledged, so that something missing there is damage and no torn write.
 */
export interface PartitionCheckpoint {
  readonly format: 1
  /** The segment that was written to. */
  readonly segment: number
  readonly index: SegmentIndex
  readonly producers: readonly (readonly [id: string, state: KnownProducer])[]
}

const pathOf = (folder: string) => join(folder, 'checkpoint')

/** Undefined where there is none, or none that can be read: everything is read from the segments then. */
export const readCheckpoint = async (files: LogFiles, folder: string): Promise<PartitionCheckpoint | undefined> => {
  const kept = (await readWhole(files, pathOf(folder))) as PartitionCheckpoint | undefined
  return kept?.format === 1 ? kept : undefined
}

/** Replaces the one that is there. */
export const writeCheckpoint = (files: LogFiles, folder: string, checkpoint: PartitionCheckpoint): Promise<void> =>
  writeWhole(files, pathOf(folder), checkpoint)
