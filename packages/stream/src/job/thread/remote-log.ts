import { Frame } from '../../log/frame.ts'
import type { Log, LogRead, NewFrame, ReadOptions, Topic, TopicDescription } from '../../log/log.ts'
import { encodeRecords } from '../../log/record-batch.ts'
import type { CarriedFrame, LogDeeds } from './deeds.ts'
import type { Wire } from './wire.ts'

/** A log of another thread: records go over as the bytes of their frames, and are encoded and decoded on this one. */
export async function remoteLog(wire: Wire<LogDeeds>): Promise<Log> {
  const facts = await wire.ask('logFacts')
  return {
    ...facts,
    createTopic: async (name, options) => remoteTopic(await wire.ask('createTopic', name, options), wire),
    openTopic: async (name) => remoteTopic(await wire.ask('openTopic', name), wire),
    topics: () => wire.ask('topics'),
    removeTopic: (name) => wire.ask('removeTopic', name),
    // It is closed where it was opened.
    close: async () => undefined,
  }
}

/** Numbers reads that wait. */
let lastWait = 0

function remoteTopic(described: TopicDescription, wire: Wire<LogDeeds>): Topic {
  const { name } = described
  const read = async (partition: number, { wait, ...options }: ReadOptions): Promise<LogRead> => {
    const waits = wait && !wait.aborted ? ++lastWait : undefined
    const stop = () => wire.tell('waitsNoMore', waits!)
    if (waits !== undefined) wait!.addEventListener('abort', stop)
    try {
      const { frames, next, end } = await wire.ask('readTopic', name, partition, options, waits)
      return { frames: frames.map(arrived), next, end }
    } finally {
      wait?.removeEventListener('abort', stop)
    }
  }
  return {
    ...described,
    append: async (partition, frame) => wire.ask('append', name, partition, encoded(frame)),
    read,
    offsets: (partition) => wire.ask('offsets', name, partition),
    offsetAt: (partition, time) => wire.ask('offsetAt', name, partition, time),
    producer: (partition, id) => wire.ask('producer', name, partition, id),
    maintain: () => wire.ask('maintain', name),
  }
}

/** The bytes of a batch have room for more behind them, which need not be copied. */
function encoded(frame: NewFrame): NewFrame {
  const records = 'bytes' in frame.records ? frame.records : encodeRecords(frame.records)
  const bytes = Uint8Array.prototype.slice.call(records.bytes) as Buffer
  return { ...frame, records: { ...records, bytes } }
}

function arrived([facts, { bytes, ...held }, count]: CarriedFrame): Frame {
  return new Frame(facts, { ...held, bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength) }, count)
}
