import { rmSync } from 'node:fs'
import { openEmbeddedLog, RecordBatch } from '@heddle/stream'
import { folderInMemory } from '../../../harness/folder.ts'
import type { Contender } from '../../../harness/types.ts'
import { batchesInFlight, batchRecords, records } from './records.ts'

/** A topic of the embedded log: each record is encoded with a key and a time, each batch is a frame with a checksum. */
export const contender: Contender<Buffer> = {
  async open() {
    const folder = folderInMemory()
    const log = await openEmbeddedLog({ folder, maintainEveryMs: 0 })
    const topic = await log.createTopic('orders')
    const keys = records.map((_, index) => `c-${index % 97}`)
    let appended = 0

    return {
      async call(record) {
        const { offset } = await topic.append(0, { records: [{ key: 'c-1', value: record, time: ++appended }] })
        return offset
      },
      async answer(offset: number) {
        const { frames } = await topic.read(0, { from: offset, maxRecords: 1 })
        return String(frames[0]!.records()[0]!.value)
      },
      async drive(operations) {
        let begun = 0
        const lane = async (): Promise<void> => {
          const batch = new RecordBatch(batchRecords * 256)
          while (begun < operations) {
            const end = Math.min(begun + batchRecords, operations)
            for (; begun < end; begun++) batch.add(keys[begun % 1000], records[begun % 1000]!, begun)
            appended += batch.count
            await topic.append(0, { records: batch.encoded() })
            batch.clear()
          }
        }
        await Promise.all(Array.from({ length: batchesInFlight }, lane))
      },
      async close() {
        const { next } = await topic.offsets(0)
        await log.close()
        rmSync(folder, { recursive: true })
        if (next !== appended) throw new Error(`${appended} records were acknowledged, ${next} are there`)
      },
    }
  },
}
