import { type Random, StreamedFile, systemFailure } from '@heddle/core'
import { mediaTypes } from '../http/accept.ts'
import { dispositionOf } from '../http/file/file-name.ts'
import { formEnd, formPart } from '../http/file/form-part.ts'
import { freeingBuffers } from '../http/file/free-buffers.ts'
import { type FilePlaces, takeFiles } from './take-files.ts'

/** What a call sends with its files. */
export interface Upload {
  /** Names and values in turn, the type of the body among them. */
  readonly headers: readonly string[]
  /** The body, made anew for each attempt. */
  body(): string | AsyncIterable<Uint8Array>
  /** Whether a file was begun that passes only once, so that it cannot be sent again. */
  readonly isSpent: boolean
  /** Why a file could not be read, where that ended the request. */
  readonly trouble: { readonly thrown: unknown } | undefined
}

/** How an upload is made. */
export interface UploadSetup {
  readonly places: FilePlaces
  readonly random: Random
  /** How many bytes files may have that become text. */
  readonly maxTextBytes: number
}

/**
 * An input with files as it is sent: a file that is all of it is the body itself; else a form, with the input as JSON before the
 * files; JSON where no form can bring them. Files are read as the connection takes them.
 *
 * @throws {Failure} TooLarge
 */
export async function uploadOf(input: unknown, { places, random, maxTextBytes }: UploadSetup): Promise<Upload> {
  if (input instanceof StreamedFile && !isJson(input.type))
    return sending(rawHeaders(input), [input], () => freeingBuffers(input.stream()))
  let left = maxTextBytes
  const { rest, parts } = await takeFiles(input, places, async (file) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of file.stream()) {
      left -= chunk.byteLength
      if (left < 0) throw systemFailure('TooLarge', { limit: maxTextBytes, name: 'remote.maxAnswerBytes' })
      chunks.push(chunk)
    }
    return `data:${file.type};base64,${Buffer.concat(chunks).toString('base64')}`
  })
  if (parts.length === 0) {
    const text = JSON.stringify(rest)
    return { headers: ['content-type', mediaTypes.json], body: () => text, isSpent: false, trouble: undefined }
  }
  const boundary = `heddle-${Buffer.from(random.bytes(18)).toString('hex')}`
  const json = rest === undefined ? undefined : JSON.stringify(rest)
  const type = `multipart/form-data; boundary=${boundary}`
  const files = parts.map(([, file]) => file)
  return sending(['content-type', type], files, () => formBody(boundary, json, parts))
}

/** A type that JSON has is JSON: a file of that type goes into a form. */
const isJson = (type: string) => /^\s*application\/(?:[\w.-]+\+)?json\b/i.test(type)

function rawHeaders({ type, name, sizeBytes }: StreamedFile): string[] {
  const headers = ['content-type', type]
  if (name !== undefined) headers.push('content-disposition', dispositionOf('attachment', name))
  if (sizeBytes !== undefined) headers.push('content-length', String(sizeBytes))
  return headers
}

async function* formBody(
  boundary: string,
  json: string | undefined,
  parts: readonly (readonly [string, StreamedFile])[],
): AsyncGenerator<Uint8Array> {
  if (json !== undefined) yield Buffer.from(`${formPart(boundary, 'input', mediaTypes.json)}${json}\r\n`)
  for (const [name, file] of parts) {
    yield Buffer.from(formPart(boundary, name, file.type, file.name ?? name))
    yield* freeingBuffers(file.stream())
    yield Buffer.from('\r\n')
  }
  yield Buffer.from(formEnd(boundary))
}

/** Notes what becomes of the files while they are read. */
function sending(
  headers: readonly string[],
  files: readonly StreamedFile[],
  make: () => AsyncIterable<Uint8Array>,
): Upload {
  const passesOnce = files.some(({ isRepeatable }) => !isRepeatable)
  const state: { isSpent: boolean; trouble: Upload['trouble'] } = { isSpent: false, trouble: undefined }
  async function* body() {
    state.isSpent = passesOnce
    try {
      yield* make()
    } catch (thrown) {
      state.trouble = { thrown }
      throw thrown
    }
  }
  return Object.assign(state, { headers, body })
}
