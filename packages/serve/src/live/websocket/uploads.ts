import { type AnyFailure, type FilePlace, StreamedFile, systemFailure } from '@heddle/core'
import { bareName } from '../../http/file/file-name.ts'
import { freeingBuffers } from '../../http/file/free-buffers.ts'
import { fileWindowBytes, readFileFrame } from './file-frame.ts'
import type { Outbox } from './outbox.ts'
import { Upload } from './upload.ts'

/** How many files may come on a connection at a time (limit `live.files`). */
const mostFiles = 16

/** What stands in an input for a file that follows: `{ "upload": 1, "type": "image/png", "name": "cat.png" }`. */
interface Announced {
  readonly upload: number
  readonly type?: string
  readonly name?: string
  readonly sizeBytes?: number
}

/** Where files stand in an input, by themselves and in lists. */
export interface UploadPlaces {
  readonly files: readonly FilePlace[]
  readonly lists: readonly FilePlace[]
}

/** The files that a connection is sent. */
export class Uploads {
  readonly #outbox: Outbox
  readonly #open = new Map<number, Upload>()
  #newest = 0

  constructor(outbox: Outbox) {
    this.#outbox = outbox
  }

  /**
   * Puts a file in the place of each that the input announces. What is announced wrongly stays, and is no file to the type.
   *
   * @returns the numbers of the files, or why they are not taken
   */
  place(input: unknown, places: UploadPlaces): readonly number[] | AnyFailure {
    const numbers: number[] = []
    const before = this.#newest
    for (const { value: announced, put } of slotsOf(input, places)) {
      if (!isAnnounced(announced)) continue
      if (announced.upload <= before || this.#open.has(announced.upload))
        return this.#refuse(numbers, 'each file has a greater number than those before')
      if (this.#open.size === mostFiles) {
        this.end(numbers)
        return systemFailure('LimitReached', { limit: mostFiles, name: 'live.files' })
      }
      put(this.#begin(announced))
      numbers.push(announced.upload)
    }
    return numbers
  }

  /** Takes a binary frame. What comes for a file that nobody reads any more is dropped. */
  take(frame: Buffer): AnyFailure | undefined {
    const read = readFileFrame(frame)
    if (!read) return malformed('a binary frame begins with the number of its file')
    const upload = this.#open.get(read.number)
    if (upload) {
      if (read.piece.byteLength === 0) upload.finish()
      else upload.add(read.piece)
      return undefined
    }
    if (read.number <= this.#newest) return undefined
    return malformed(`no call has announced the file ${read.number}`)
  }

  /** The call that they belong to is over. */
  end(numbers: readonly number[]): void {
    for (const number of numbers) {
      this.#open.get(number)?.breakOff()
      this.#open.delete(number)
    }
  }

  #begin({ upload: number, type, name: given, sizeBytes }: Announced): StreamedFile {
    const name = given === undefined ? undefined : bareName(given)
    const upload = new Upload(fileWindowBytes, (more) => this.#outbox.send(`{"file":${number},"more":${more}}`))
    this.#open.set(number, upload)
    this.#newest = Math.max(this.#newest, number)
    return new StreamedFile(() => freeingBuffers(upload.bytes()), {
      ...(type !== undefined && { type }),
      ...(name !== undefined && { name }),
      ...(sizeBytes !== undefined && { sizeBytes }),
    })
  }

  #refuse(numbers: readonly number[], reason: string): AnyFailure {
    this.end(numbers)
    return malformed(reason)
  }
}

/** A place in an input that holds, or may hold, a file. */
interface Slot {
  readonly value: unknown
  put(file: StreamedFile): void
}

function* slotsOf(input: unknown, { files, lists }: UploadPlaces): Generator<Slot> {
  for (const { path } of files) {
    const holder = fieldsOf(at(input, path.slice(0, -1)))
    const field = path.at(-1)
    if (holder && field !== undefined) yield { value: holder[field], put: (file) => void (holder[field] = file) }
  }
  for (const { path } of lists) {
    const list = at(input, path)
    if (!Array.isArray(list)) continue
    for (const [index, value] of list.entries()) yield { value, put: (file) => void (list[index] = file) }
  }
}

const at = (input: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((value, step) => fieldsOf(value)?.[step], input)

const malformed = (reason: string) => systemFailure('MalformedInput', { format: 'frame', reason })

const fieldsOf = (value: unknown) =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined

function isAnnounced(value: unknown): value is Announced {
  const { upload, type, name, sizeBytes, ...others } = fieldsOf(value) ?? {}
  const isNumber = Number.isInteger(upload) && (upload as number) > 0 && (upload as number) <= 0xffff_ffff
  const isText = (text: unknown) => text === undefined || typeof text === 'string'
  const isSize = sizeBytes === undefined || (Number.isSafeInteger(sizeBytes) && (sizeBytes as number) >= 0)
  return isNumber && isText(type) && isText(name) && isSize && Object.keys(others).length === 0
}
