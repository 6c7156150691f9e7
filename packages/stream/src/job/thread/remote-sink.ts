import type { OpenSink, Sink, SinkHost, SinkRecord } from '../../sink/sink.ts'
import type { AppDeeds } from './deeds.ts'
import { crossing } from './remote-source.ts'
import type { Wire } from './wire.ts'

/** What takes records that sinks refuse, by the names of the sinks. */
export type Refusals = Map<string, NonNullable<SinkHost['refuse']>>

/**
 * A sink that is filled on the app's thread. It has room again when that thread has taken the records, so that a busy app
 * holds the job back. What belongs into the unit of a checkpoint is added to it over there.
 */
export const remoteSink = (sink: Sink, name: string, wire: Wire<AppDeeds>, refusals: Refusals): Sink => ({
  ...sink,
  async open({ refuse }): Promise<OpenSink> {
    if (refuse) refusals.set(name, refuse)
    const skills = await wire.ask('openSink', name)
    let isFull = false
    const write = async (records: readonly SinkRecord[], epoch: number, isLast: boolean | undefined) => {
      isFull = await wire.ask('write', name, records, epoch, isLast)
    }
    return {
      async write(records, epoch, isLast) {
        for (let from = 0; from < records.length - crossing; from += crossing) {
          await write(records.slice(from, from + crossing), epoch, isLast === undefined ? undefined : false)
        }
        const rest = Math.max(0, Math.ceil(records.length / crossing) - 1) * crossing
        await write(rest === 0 ? records : records.slice(rest), epoch, isLast)
      },
      written: (epoch) => wire.tell('written', name, epoch),
      isFull: () => isFull,
      ...(skills.includes('epoch') && { epoch: () => wire.ask('epochOf', name) }),
      ...(skills.includes('stage') && { stage: (epoch, isEnd) => wire.ask('stage', name, epoch, isEnd) }),
      ...(skills.includes('finish') && { finish: (staged) => wire.ask('finish', name, staged) }),
      ...(skills.includes('discard') && { discard: (kept) => wire.ask('discard', name, kept) }),
      close: () => wire.ask('closeSink', name),
    }
  },
})
