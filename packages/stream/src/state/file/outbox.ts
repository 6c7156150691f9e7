import { Defect } from '@heddle/core'
import { createHash, type Hash } from 'node:crypto'
import type { SinkRecord } from '../../sink/sink.ts'
import type { Outbox } from '../state.ts'
import { decode, encode, Unwritable } from './encode.ts'
import type { StateFile } from './state-file.ts'

/** So many characters of records wait in memory for a sink. */
const pieceLength = 1 << 17

interface Waiting {
  lines: string[]
  length: number
  pieces: number
  readonly batch: number
  readonly hash: Hash
}

interface Batch {
  readonly batch: number
  readonly sink: string
  readonly epoch: number
}

/** Records that a checkpoint keeps until their sink has them: in the file, in pieces, in order. */
export class FileOutbox implements Outbox {
  size = 0
  readonly #file: StateFile
  readonly #waiting = new Map<string, Waiting>()
  /** Of durable epochs, and not delivered. */
  #batches: Batch[] = []
  #nextBatch = 1

  constructor(file: StateFile) {
    this.#file = file
    this.reset()
  }

  add(sink: string, { value, key, time, weight, id }: SinkRecord): void {
    let waiting = this.#waiting.get(sink)
    if (waiting === undefined) {
      waiting = { lines: [], length: 0, pieces: 0, batch: this.#nextBatch++, hash: createHash('sha256') }
      this.#waiting.set(sink, waiting)
    }
    const line = this.#line(sink, [value, key, time, weight, id])
    waiting.lines.push(line)
    waiting.length += line.length
    this.size++
    if (waiting.length > pieceLength) this.#write(waiting)
  }

  *read(sink: string, epoch: number): Generator<readonly SinkRecord[]> {
    for (const { batch } of this.#of(sink, epoch)) {
      for (let piece = 0; ; piece++) {
        // One by one, since the file may be written while the sink takes its time.
        const [row] = this.#file.all('SELECT records FROM outbox WHERE batch = ? AND piece = ?', batch, piece)
        if (row === undefined) break
        yield (row.records as string).split('\n').map(recordOf)
      }
    }
  }

  epochs(sink: string): readonly number[] {
    return this.#batches.flatMap((batch) => (batch.sink === sink ? [batch.epoch] : []))
  }

  delivered(sink: string, epoch: number): void {
    for (const { batch } of this.#of(sink, epoch)) {
      this.#file.write('UPDATE batches SET told = ? WHERE batch = ?', this.#file.turn, batch)
      this.#batches = this.#batches.filter((one) => one.batch !== batch)
    }
  }

  /** Writes what waits, and says in a word what the epoch sent. */
  flush(epoch: number): string {
    const { turn } = this.#file
    let sent = ''
    for (const [sink, waiting] of [...this.#waiting].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      if (waiting.lines.length > 0) this.#write(waiting)
      this.#file.write('INSERT INTO batches VALUES (?, ?, ?, ?, NULL)', waiting.batch, sink, turn, epoch)
      this.#batches.push({ batch: waiting.batch, sink, epoch })
      sent += `${JSON.stringify([sink, waiting.hash.digest('hex')])}\n`
    }
    this.#waiting.clear()
    this.size = 0
    return sent
  }

  /** Sees the file as it is. */
  reset(): void {
    this.#waiting.clear()
    this.size = 0
    const rows = this.#file.all('SELECT batch, sink, epoch FROM batches WHERE told IS NULL ORDER BY batch')
    this.#batches = rows as unknown as Batch[]
    const [last] = this.#file.all('SELECT max(batch) AS batch FROM batches')
    this.#nextBatch = ((last?.batch as number | null) ?? 0) + 1
  }

  #of(sink: string, epoch: number): readonly Batch[] {
    return this.#batches.filter((batch) => batch.sink === sink && batch.epoch === epoch)
  }

  #line(sink: string, record: readonly unknown[]): string {
    try {
      return encode(record, [])
    } catch (thrown) {
      if (!(thrown instanceof Unwritable)) throw thrown
      const data = { cell: 'outbox', step: sink, key: String(record[4]), reason: thrown.message }
      throw new Defect('UnwritableState', data)
    }
  }

  #write(waiting: Waiting): void {
    const records = waiting.lines.join('\n')
    waiting.hash.update(records).update('\n')
    this.#file.write('INSERT INTO outbox VALUES (?, ?, ?)', waiting.batch, waiting.pieces++, records)
    this.#file.written += records.length
    waiting.lines = []
    waiting.length = 0
  }
}

function recordOf(line: string): SinkRecord {
  const [value, key, time, weight, id] = decode(line, []) as [unknown, SinkRecord['key'], number, 1 | -1, string]
  return { value, key, time, weight, id }
}
