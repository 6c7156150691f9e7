import { systemFailure, type Json } from '@heddle/core'
import { diskFailure } from '@heddle/data'
import { type FileHandle, open, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { OpenSink } from '../sink.ts'
import type { RecordText } from './encode.ts'
import { filesIn, removeFiles, sizeOf, syncFolder } from './folder.ts'
import { type FileCompression, PartWriter } from './part-writer.ts'

/** What is left to do for an epoch: its part, of so many bytes, goes to that place of the file. */
export interface Appended {
  readonly epoch: number
  readonly from: number
  readonly bytes: number
}

/** Where the records of an epoch lie aside. */
export const partPath = (path: string, epoch: number): string => join(dirname(path), `.${basename(path)}.${epoch}.part`)

/** So much is copied at a time, in bytes. */
const copyBytes = 1024 * 1024

/**
 * One file that grows with each checkpoint: the records of an epoch lie aside until the checkpoint is durable, and are added
 * to the file then. Each step can be done again.
 */
export function appendingFile(path: string, text: RecordText, compression: FileCompression): OpenSink {
  const folder = dirname(path)
  const prefix = `.${basename(path)}.`
  const partOf = (epoch: number) => partPath(path, epoch)
  const parts = new Map<number, PartWriter>()
  /** The length of the file once everything staged is finished. */
  let end = 0
  /** What comes before the first line of the next epoch. */
  let head = ''
  let ready: Promise<void> | undefined

  const begin = async (kept: Appended | undefined) => {
    const left = (await filesIn(folder)).filter((name) => name.startsWith(prefix) && name.endsWith('.part'))
    await removeFiles(
      folder,
      left.filter((name) => kept === undefined || name !== basename(partOf(kept.epoch))),
    )
    end = kept === undefined ? ((await sizeOf(path)) ?? 0) : kept.from + kept.bytes
    head = end === 0 ? text.head : ''
    // A last line that nobody ended would grow together with ours.
    if (kept === undefined && end > 0 && compression === 'none' && !(await endsLine(path, end))) head = '\n'
  }

  return {
    async write(records, epoch) {
      await (ready ??= begin(undefined))
      if (records.length === 0) return
      let part = parts.get(epoch)
      if (!part) parts.set(epoch, (part = new PartWriter(partOf(epoch), compression)))
      for (const { value } of records) {
        await part.add(head + text.line(value))
        head = ''
      }
    },
    async stage(epoch) {
      await (ready ??= begin(undefined))
      const part = parts.get(epoch)
      parts.delete(epoch)
      await part?.sync()
      await part?.close()
      const bytes = part?.bytes ?? 0
      // A file without its name would be gone after a power loss, though its bytes are durable.
      if (bytes > 0) await syncFolder(folder)
      const staged: Appended = { epoch, from: end, bytes }
      end += bytes
      return { ...staged }
    },
    async finish(staged) {
      const { epoch, from, bytes } = staged as unknown as Appended
      if (bytes === 0) return
      const [part, size] = [partOf(epoch), await sizeOf(path)]
      const aside = await sizeOf(part)
      if ((size ?? 0) < from || (aside === undefined && (size ?? 0) < from + bytes)) {
        throw systemFailure('FileReplaced', { path, reason: `it holds ${size ?? 0} bytes, and ${from} were written` })
      }
      if (aside === undefined) return
      await appendFrom(part, path, from, bytes).catch((thrown: unknown) => {
        throw diskFailure(thrown, path)
      })
      if (size === undefined) await syncFolder(folder)
      await unlink(part)
    },
    discard: (kept: Json | undefined) => (ready = begin(kept as unknown as Appended | undefined)),
    async close() {
      for (const part of parts.values()) await part.close()
      parts.clear()
    },
  }
}

async function appendFrom(part: string, path: string, from: number, bytes: number): Promise<void> {
  await using source = await open(part, 'r')
  await using target = await openOrMake(path)
  await target.truncate(from)
  const buffer = Buffer.allocUnsafe(Math.min(copyBytes, bytes))
  for (let done = 0; done < bytes;) {
    const { bytesRead } = await source.read(buffer, 0, Math.min(buffer.length, bytes - done), done)
    if (bytesRead === 0) throw systemFailure('FileReplaced', { path: part, reason: `it ends after ${done} bytes` })
    for (let written = 0; written < bytesRead;) {
      const { bytesWritten } = await target.write(buffer, written, bytesRead - written, from + done + written)
      written += bytesWritten
    }
    done += bytesRead
  }
  await target.sync()
}

async function openOrMake(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r+')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
    return open(path, 'wx+')
  }
}

async function endsLine(path: string, size: number): Promise<boolean> {
  await using file = await open(path, 'r')
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] === 0x0a
}
