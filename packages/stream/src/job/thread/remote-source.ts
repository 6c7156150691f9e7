import type { Json, Maybe } from '@heddle/core'
import type { OpenSource, PartitionReader, Source } from '../../source/source.ts'
import type { Lag } from '../../task/task-report.ts'
import type { AppDeeds } from './deeds.ts'
import type { Wire } from './wire.ts'

/** So many records of a source cross over at a time, so that the app's thread is never busy with them for long (limit `thread.records`). */
export const crossing = 1000

/** What hears of partitions that have come since, by the names of the sources. */
export type PartitionWatchers = Map<string, () => void>

/** A source that is read on the app's thread: its batches are copied over, one after the other. */
export const remoteSource = (
  source: Source,
  name: string,
  wire: Wire<AppDeeds>,
  watchers: PartitionWatchers,
): Source => ({
  ...source,
  async open(): Promise<OpenSource> {
    await wire.ask('openSource', name)
    return {
      resume: (positions) => wire.ask('resumeSource', name, positions),
      partitions: () => wire.ask('partitions', name),
      onPartitions(changed) {
        watchers.set(name, changed)
        return () => void watchers.delete(name)
      },
      async openPartition(partition, position) {
        await wire.ask('openPartition', name, partition, position)
        return remoteReader(name, partition, wire)
      },
      close: () => wire.ask('closeSource', name),
    }
  },
})

function remoteReader(name: string, partition: string, wire: Wire<AppDeeds>): PartitionReader {
  let behind: Lag | undefined
  return {
    async read(max) {
      const { batch, lag } = await wire.ask('read', name, partition, Math.min(max, crossing))
      behind = lag
      return batch
    },
    committed: (position: Json): Maybe<void> => wire.ask('committed', name, partition, position),
    lag: () => behind,
    close: () => wire.ask('closePartition', name, partition),
  }
}
