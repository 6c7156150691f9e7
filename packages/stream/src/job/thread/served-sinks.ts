import type { FailureJson } from '@heddle/core'
import type { Write } from '@heddle/data'
import type { OpenSink, SinkHost, SinkRecord } from '../../sink/sink.ts'
import type { SinkSpec } from '../../task/task-spec.ts'
import type { SinkDeeds, SinkSkill } from './deeds.ts'

const skills: readonly SinkSkill[] = ['epoch', 'stage', 'finish', 'discard']

/** How the sinks of this thread serve a task on another one. */
export interface ServedSinks extends SinkDeeds {
  /** What belongs into the unit of a checkpoint. */
  writes(epoch: number): Promise<Write[]>
  closeAll(): Promise<void>
}

/** Opens sinks on this thread for a task on another one. */
export function servedSinks(
  specs: readonly SinkSpec[],
  hostOf: (spec: SinkSpec) => SinkHost,
  refused: (sink: string, record: SinkRecord, errors: readonly FailureJson[]) => void,
): ServedSinks {
  const sinks = new Map<string, OpenSink>()
  const units = new Set<string>()
  const sinkOf = (name: string) => sinks.get(name)!

  return {
    async openSink(name) {
      const spec = specs.find((one) => one.name === name)!
      const refuse = ({ value, key, time, weight, id }: SinkRecord, errors: readonly FailureJson[]) =>
        refused(name, { value, key, time, weight, id }, errors)
      const open = await spec.sink.open({ ...hostOf(spec), refuse })
      sinks.set(name, open)
      if (spec.sink.delivery === 'unit') units.add(name)
      return skills.filter((skill) => open[skill] !== undefined)
    },
    async write(name, records, epoch, isLast) {
      const sink = sinkOf(name)
      await sink.write(records, epoch, isLast)
      return sink.isFull?.() === true
    },
    epochOf: async (name) => sinkOf(name).epoch!(),
    stage: async (name, epoch, isEnd) => sinkOf(name).stage!(epoch, isEnd),
    finish: async (name, staged) => sinkOf(name).finish!(staged),
    discard: async (name, kept) => sinkOf(name).discard!(kept),
    written: (name, epoch) => sinks.get(name)?.written?.(epoch),
    async closeSink(name) {
      const sink = sinks.get(name)
      sinks.delete(name)
      await sink?.close()
    },
    async writes(epoch) {
      const all: Write[] = []
      for (const [name, open] of sinks) if (units.has(name) && open.writes) all.push(...(await open.writes(epoch)))
      return all
    },
    async closeAll() {
      for (const sink of sinks.values()) await sink.close()
      sinks.clear()
    },
  }
}
