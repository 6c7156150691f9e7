import {
  type AnyFailure,
  isJson,
  type Json,
  keepOutcome,
  type Maybe,
  type Outcome,
  StreamedFile,
  systemFailure,
  toJson,
} from '@heddle/core'
import { type BlobStore, chain } from '@heddle/data'
import { type Far, far, type FarFile, farWithin, noteOpened, unopened } from './far.ts'
import { type FoundFile, setAside, withAt } from './places.ts'
import { isPlain } from './plain.ts'

/** How many characters of JSON a value may have to stay in its row (limit `runs.inline`). */
const inlineLimit = 64 * 1024
/** How many characters of JSON a value of a run may have (limit `runs.value`). Larger ones are files. */
const valueLimit = 256 * 1024 * 1024
/** How much of a text is turned into bytes at once. */
const sliceLength = 1024 * 1024

/**
 * What passes through runs: inputs, what steps give, signals, outcomes. Small ones stay in the rows that they belong to.
 * Bytes of files, and the text of large values, are contents among the blobs, each there once however often it is passed on.
 */
export class Values {
  readonly #blobs: BlobStore
  readonly #limit: number

  constructor(blobs: BlobStore, limit = valueLimit) {
    this.#blobs = blobs
    this.#limit = limit
  }

  /**
   * A value as it is kept. Its files are read to their ends.
   *
   * @param isMarked whether something in it is encrypted where it is kept: then its text stays in its row
   * @throws {Failure} TooLarge, DiskFull
   */
  keep(tenant: string, value: unknown, isMarked: boolean): Maybe<Json> {
    return isPlain(value, inlineLimit) ? toJson(value) : this.#keep(tenant, value, isMarked)
  }

  /** An outcome as it is kept. */
  keepOutcome(tenant: string, outcome: Outcome<unknown, AnyFailure>, isMarked: boolean): Maybe<Json> {
    if (!outcome.ok) return keepOutcome(outcome) as unknown as Json
    const { value: given } = outcome
    // It is written before anybody can change it.
    if (isPlain(given, inlineLimit)) return { ok: true, value: isJson(given) ? given : toJson(given) }
    return chain(this.keep(tenant, given, isMarked), (value) => {
      const found = unopened(value)
      return found ? farWithin({ ok: true }, 'value', found) : { ok: true, value }
    })
  }

  /** A value as it was before it was kept. Its files are opened when they are read. */
  open(tenant: string, value: Json): Maybe<Json> {
    const found = unopened(value)
    return found ? this.#open(tenant, found) : value
  }

  async #keep(tenant: string, value: unknown, isMarked: boolean): Promise<Json> {
    const found: FoundFile[] = []
    const near = setAside(value, [], found)
    const files: FarFile[] = []
    for (const { path, file } of found) files.push({ path, ...(await this.#store(tenant, file)) })
    const text = JSON.stringify(near)
    if (text.length > this.#limit) throw systemFailure('TooLarge', { limit: this.#limit, name: 'runs.value' })
    if (text.length <= inlineLimit || isMarked) return files.length === 0 ? near : far({ near, part: null, files })
    const content = await this.#blobs.put(tenant, bytesOf(text))
    return far({ near: null, part: { path: [], ...content }, files })
  }

  async #store(tenant: string, file: StreamedFile): Promise<Omit<FarFile, 'path'>> {
    const facts = { type: file.type, name: file.name?.slice(0, 255) ?? null }
    // What comes from among the blobs is there, and need not be read.
    const { sha256, isRepeatable } = file
    if (sha256 !== undefined && isRepeatable) {
      const sizeBytes = await this.#blobs.sizeOf(tenant, sha256)
      if (sizeBytes !== undefined && sizeBytes === file.sizeBytes) return { sha256, sizeBytes, ...facts }
    }
    return { ...(await this.#blobs.put(tenant, file.stream())), ...facts }
  }

  async #open(tenant: string, found: Far): Promise<Json> {
    let { near: value } = found
    const { part, files } = found
    if (part) value = withAt(value, part.path, JSON.parse(await this.#read(tenant, part.sha256)))
    for (const { path, name, ...facts } of files) {
      const open = (range?: { start: number; end: number }) => this.#blobs.open(tenant, facts.sha256, range)
      const file = new StreamedFile(open, { ...facts, ...(name !== null && { name }) }, { isRepeatable: true })
      value = withAt(value, path, file)
    }
    return noteOpened(value, found)
  }

  async #read(tenant: string, sha256: string): Promise<string> {
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of this.#blobs.open(tenant, sha256)) text += decoder.decode(chunk, { stream: true })
    return text + decoder.decode()
  }
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder()
  for (let at = 0; at < text.length;) {
    // Two halves of one character go together.
    const end = at + sliceLength
    const isSplit = end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00
    yield encoder.encode(text.slice(at, isSplit ? end + 1 : end))
    at = isSplit ? end + 1 : end
  }
}
