import { createHash } from 'node:crypto'
import type { Database, Write } from '../database/database.ts'
import type { RecordOf } from '../entity/entity.ts'
import { findRecords, putWrite } from '../system/records.ts'
import type { BlobContents } from './blob-contents.ts'
import { BlobChunkRecord, BlobRecord } from './blob-record.ts'

/** How many bytes a row holds (limit `blob.chunk`). A multiple of three, so that base64 has no filling in between. */
const chunkBytes = 3 * 64 * 1024
/** How many rows are removed at once. */
const removedRows = 64

type Chunk = RecordOf<typeof BlobChunkRecord>

/**
 * Contents as rows of any database, under a name of their own. While they arrive, a row of the table of blobs stands for
 * them and is renewed with each chunk, so that collection finds what a dead process left.
 */
export function createRowContents(database: Database, newId: () => string): BlobContents {
  const chunkId = (content: string, index: number) => `${content}/${String(index).padStart(8, '0')}`

  return {
    async receive(tenant, chunks) {
      const content = newId()
      const arriving = arrivingKey(content)
      const hash = createHash('sha256')
      let sizeBytes = 0
      let index = 0
      const write = async (bytes: Uint8Array) => {
        const at = new Date(await database.now())
        const id = chunkId(content, index++)
        const chunk = { id, content, bytes: Buffer.from(bytes).toString('base64') }
        const writes = [putWrite(BlobRecord, arrivingRecord(content, at)), putWrite(BlobChunkRecord, chunk)]
        await database.commit({ tenant, checks: [], writes })
      }
      const drop = async () => {
        await removeChunks(tenant, content)
        const gone = await removal(tenant, arriving)
        await database.commit({ tenant, checks: [], writes: gone })
      }
      try {
        for await (const bytes of evenly(chunks, chunkBytes)) {
          hash.update(bytes)
          sizeBytes += bytes.byteLength
          await write(bytes)
        }
      } catch (thrown) {
        await drop()
        throw thrown
      }
      return {
        sha256: hash.digest('hex'),
        sizeBytes,
        content,
        keep: async () => undefined,
        drop,
        settling: () => removal(tenant, arriving),
      }
    },

    async *open(tenant, content, range) {
      const { start, end } = range ?? { start: 0, end: Infinity }
      let at = Math.floor(start / chunkBytes) * chunkBytes
      for (let index = at / chunkBytes; at < end; index++, at += chunkBytes) {
        const [row] = await database.read(BlobChunkRecord.table, tenant, [chunkId(content, index)])
        if (!row) return
        const { bytes: text } = BlobChunkRecord.codec.decode(row) as Chunk
        const bytes = Buffer.from(text, 'base64')
        yield bytes.subarray(Math.max(0, start - at), Math.min(bytes.byteLength, end - at))
      }
    },

    disown: (content, at) => [putWrite(BlobRecord, arrivingRecord(content, at))],

    remove: removeChunks,
  }

  async function removal(tenant: string, key: string): Promise<Write[]> {
    const [row] = await database.read(BlobRecord.table, tenant, [key])
    return row ? [{ kind: 'delete', table: BlobRecord.table, key, version: row[0] }] : []
  }

  async function removeChunks(tenant: string, content: string): Promise<void> {
    const { table } = BlobChunkRecord
    const where = { kind: 'compare', column: 'content', by: 'eq', value: content } as const
    for (;;) {
      const found = await findRecords<Chunk>(database, BlobChunkRecord, tenant, { where, limit: removedRows })
      if (found.length === 0) return
      const keys = found.map(({ id }) => id)
      const rows = await database.read(table, tenant, keys)
      const writes = rows.flatMap((row, index): Write[] =>
        row ? [{ kind: 'delete', table, key: keys[index]!, version: row[0] }] : [],
      )
      await database.commit({ tenant, checks: [], writes })
    }
  }
}

const arrivingKey = (content: string) => `arriving/${content}`

const arrivingRecord = (content: string, at: Date) => ({
  sha256: arrivingKey(content),
  content,
  sizeBytes: 0,
  uses: 0,
  present: false,
  at,
})

/** Pieces of one size, but for the last. */
async function* evenly(chunks: AsyncIterable<Uint8Array>, sizeBytes: number): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  for await (const chunk of chunks) {
    held.push(chunk)
    heldBytes += chunk.byteLength
    if (heldBytes < sizeBytes) continue
    const whole = Buffer.concat(held, heldBytes)
    let start = 0
    for (; heldBytes - start >= sizeBytes; start += sizeBytes) yield whole.subarray(start, start + sizeBytes)
    held = [whole.subarray(start)]
    heldBytes -= start
  }
  if (heldBytes > 0) yield Buffer.concat(held, heldBytes)
}
