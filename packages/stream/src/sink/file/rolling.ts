import { type Clock, type Json, systemFailure } from '@heddle/core'
import { diskFailure } from '@heddle/data'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { OpenSink } from '../sink.ts'
import type { RecordText } from './encode.ts'
import { cutFile, filesIn, removeFiles, sizeOf, syncFolder } from './folder.ts'
import { type FileCompression, PartWriter } from './part-writer.ts'
import { fileName, numberIn, numberInPart, partName, type RollNames } from './roll-names.ts'

/** When a file is full. */
export interface RollLimits {
  /** Bytes of text, before they are compressed. */
  readonly bytes?: number
  readonly records?: number
  /** Milliseconds since its first record. */
  readonly ms?: number
}

/** The file that was open at a checkpoint, and those that were full. */
export interface Rolled {
  /** With what their names end; missing in what was staged before that was told. */
  readonly ending?: string
  readonly number: number
  /** How much of the open file is whole. */
  readonly bytes: number
  readonly text: number
  readonly records: number
  readonly since: number
  /** Files that get their names. */
  readonly full: readonly number[]
}

/**
 * Files that get their names when they are full and a checkpoint holds them: who sees a file sees all of it, for good.
 * What is written lies aside under a name with a dot, and goes on there over checkpoints; after a crash it is cut to what
 * the checkpoint knows. Which record is in which file does not depend on batches, but for a limit of time.
 */
export function rollingFiles(
  names: RollNames,
  text: RecordText,
  compression: FileCompression,
  limits: RollLimits,
  clock: Clock,
): OpenSink {
  const { folder, ending } = names
  const nameOf = (number: number) => fileName(names, number)
  const partOf = (number: number) => partName(names, number)
  let now: Omit<Rolled, 'ending' | 'full' | 'bytes'> = { number: 1, text: 0, records: 0, since: 0 }
  let part: PartWriter | undefined
  let full: number[] = []
  /** Files were begun whose names are not durable. */
  let hasNew = false
  let ready: Promise<void> | undefined

  const begin = async (kept: Rolled | undefined) => {
    const there = await filesIn(folder)
    const wanted = new Set(kept?.full.map(partOf))
    const isOpen = kept !== undefined && kept.bytes > 0
    if (isOpen) wanted.add(partOf(kept.number))
    const left = there.filter((name) => numberInPart(names, name) !== undefined)
    await removeFiles(
      folder,
      left.filter((name) => !wanted.has(name)),
    )
    if (kept === undefined) {
      const taken = there.map((name) => numberIn(names, name) ?? 0)
      now = { number: Math.max(0, ...taken) + 1, text: 0, records: 0, since: 0 }
      return
    }
    const { number, bytes, text: length, records, since } = kept
    now = { number, text: length, records, since }
    if (!isOpen) return
    const path = join(folder, partOf(number))
    // Where a job was put back to an earlier checkpoint, its file may have its name already: it is written on from there.
    if ((await sizeOf(path)) === undefined && there.includes(nameOf(number))) {
      await rename(join(folder, nameOf(number)), path)
    }
    const size = (await sizeOf(path)) ?? 0
    if (size < bytes) {
      throw systemFailure('FileReplaced', { path, reason: `it holds ${size} bytes, and ${bytes} were written` })
    }
    await cutFile(path, bytes)
    part = new PartWriter(path, compression, bytes)
  }

  const roll = async () => {
    await part!.sync()
    await part!.close()
    part = undefined
    full.push(now.number)
    now = { number: now.number + 1, text: 0, records: 0, since: 0 }
  }
  const isFull = () =>
    now.records > 0 &&
    (now.text >= (limits.bytes ?? Infinity) ||
      now.records >= (limits.records ?? Infinity) ||
      (limits.ms !== undefined && clock.now() - now.since >= limits.ms))

  return {
    async write(records) {
      await (ready ??= begin(undefined))
      for (const { value } of records) {
        if (!part) {
          part = new PartWriter(join(folder, partOf(now.number)), compression)
          hasNew = true
          now = { ...now, text: Buffer.byteLength(text.head), since: limits.ms === undefined ? 0 : clock.now() }
          await part.add(text.head)
        }
        const line = text.line(value)
        await part.add(line)
        now = { ...now, records: now.records + 1, text: now.text + Buffer.byteLength(line) }
        if (isFull()) await roll()
      }
    },
    async stage(_epoch, isEnd = false) {
      await (ready ??= begin(undefined))
      if (part && (isEnd || isFull())) await roll()
      await part?.sync()
      if (hasNew) await syncFolder(folder)
      hasNew = false
      const staged: Rolled = { ...now, ending, bytes: part?.bytes ?? 0, full }
      full = []
      return { ...staged }
    },
    async finish(staged) {
      const numbers = (staged as unknown as Rolled).full
      for (const number of numbers) {
        const [from, to] = [join(folder, partOf(number)), join(folder, nameOf(number))]
        if ((await sizeOf(from)) !== undefined) {
          await rename(from, to).catch((thrown: unknown) => {
            throw diskFailure(thrown, to)
          })
        } else if ((await sizeOf(to)) === undefined) {
          throw systemFailure('FileReplaced', { path: from, reason: 'it was written, and is gone' })
        }
      }
      if (numbers.length > 0) await syncFolder(folder)
    },
    discard: (kept: Json | undefined) => (ready = begin(kept as unknown as Rolled | undefined)),
    async close() {
      await part?.close()
      part = undefined
    },
  }
}
