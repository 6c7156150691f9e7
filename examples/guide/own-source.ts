import { defineSink, defineSource, type PartitionReader, type SinkRecord } from '@heddle/stream'
import { z } from 'zod'

/** Readings that a device keeps by their number, and gives again from any number on. */
export interface Device {
  readings(from: number, limit: number): Promise<readonly { readonly number: number; readonly kwh: number }[]>
}

/** The kind of source `meter`: a position is the number of the next reading. */
export const meterSource = (device: Device) =>
  defineSource({
    name: 'meter',
    summary: 'The readings of a meter, by their numbers',
    config: z.strictObject({ from: z.int().default(0) }),
    examples: [{ from: 0 }],
    create: ({ from }) => ({
      kind: 'meter',
      bounded: true,
      guarantees: { replays: true, ordered: true, rereads: true },
      describe: () => ({ from }),
      open: () => ({
        partitions: () => ['0'],
        openPartition(_partition, position): PartitionReader {
          let next = typeof position === 'number' ? position : from
          return {
            async read(max) {
              const values = await device.readings(next, max)
              if (values.length === 0) return undefined
              next = values.at(-1)!.number + 1
              return { values, position: next }
            },
            close() {},
          }
        },
        close() {},
      }),
    }),
  })

/** The kind of sink `board`: it shows each record once, because it knows their names. */
export const boardSink = (board: Map<string, unknown>) =>
  defineSink({
    name: 'board',
    summary: 'Records on a board, each once',
    config: z.strictObject({}),
    examples: [{}],
    create: () => ({
      kind: 'board',
      delivery: 'idempotent',
      accepts: 'append',
      describe: () => ({}),
      open: () => ({
        write(records: readonly SinkRecord[]) {
          for (const { id, value } of records) board.set(id, value)
        },
        close() {},
      }),
    }),
  })
