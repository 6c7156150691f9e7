import type { OpenSource, PartitionReader, SourceHost } from '../../source/source.ts'
import type { SourceSpec } from '../../task/task-spec.ts'
import type { SourceDeeds } from './deeds.ts'

/** Opens sources on this thread for a task on another one. */
export function servedSources(
  specs: readonly SourceSpec[],
  hostOf: (spec: SourceSpec) => SourceHost,
  partitionsChanged: (source: string) => void,
): SourceDeeds & { closeAll(): Promise<void> } {
  const sources = new Map<string, OpenSource>()
  const readers = new Map<string, PartitionReader>()
  const stops: (() => void)[] = []
  const placeOf = (source: string, partition: string) => JSON.stringify([source, partition])
  const readerOf = (source: string, partition: string) => readers.get(placeOf(source, partition))!

  return {
    async openSource(name) {
      const spec = specs.find((one) => one.name === name)!
      const open = await spec.source.open(hostOf(spec))
      sources.set(name, open)
      const stop = open.onPartitions?.(() => partitionsChanged(name))
      if (stop) stops.push(stop)
    },
    resumeSource: async (name, positions) => sources.get(name)!.resume?.(positions),
    partitions: async (name) => sources.get(name)!.partitions(),
    async openPartition(name, partition, position) {
      readers.set(placeOf(name, partition), await sources.get(name)!.openPartition(partition, position))
    },
    async read(name, partition, max) {
      const reader = readerOf(name, partition)
      const batch = await reader.read(max)
      return { batch, lag: reader.lag?.() }
    },
    committed: async (name, partition, position) => readerOf(name, partition).committed?.(position),
    async closePartition(name, partition) {
      const place = placeOf(name, partition)
      const reader = readers.get(place)
      readers.delete(place)
      await reader?.close()
    },
    async closeSource(name) {
      const open = sources.get(name)
      sources.delete(name)
      await open?.close()
    },
    async closeAll() {
      for (const stop of stops.splice(0)) stop()
      for (const reader of readers.values()) await reader.close()
      for (const open of sources.values()) await open.close()
      readers.clear()
      sources.clear()
    },
  }
}
