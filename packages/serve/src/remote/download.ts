import { StreamedFile } from '@heddle/core'
import { fileNameOf } from '../http/file/file-name.ts'
import { freeingBuffers } from '../http/file/free-buffers.ts'
import type { RemoteResponse } from './connection.ts'
import { broken, unavailable } from './failures.ts'

/** Whether an answer is a file, and not the JSON of a value: only files say what they are called, or would be. */
export const isFile = ({ statusCode, headers }: RemoteResponse): boolean =>
  statusCode === 200 && headers['content-disposition'] !== undefined

/** Connections of files that nobody holds any more, and nobody has read. */
const forgotten = new FinalizationRegistry<RemoteResponse['body']>((body) => body.destroy())

/**
 * The file that an answer is. Its bytes come as they are read; meanwhile the other app waits, and a connection is taken. It is
 * given back when all was read, when the reader leaves, or when nobody holds the file any more.
 *
 * @param from what the other app is called in messages
 */
export function downloadedFile({ headers, body }: RemoteResponse, from: string): StreamedFile {
  const { 'content-type': type, 'content-length': length, 'content-disposition': disposition, etag } = headers
  const name = fileNameOf(String(disposition))
  const [, sha256] = /^"([\da-f]{64})"$/.exec(String(etag)) ?? []
  // By which it is found again when it is read: after that the reader ends the connection.
  const token = {}
  const open = () => {
    forgotten.unregister(token)
    return bytesOf(body, from)
  }
  const file = new StreamedFile(open, {
    type: String(type),
    ...(name !== undefined && { name }),
    ...(length !== undefined && { sizeBytes: Number(length) }),
    ...(sha256 !== undefined && { sha256 }),
  })
  // What breaks before anybody reads is told to the reader.
  body.on('error', () => undefined)
  forgotten.register(file, body, token)
  return file
}

/** @throws {Failure} Unavailable, where the connection breaks */
async function* bytesOf(body: RemoteResponse['body'], from: string): AsyncGenerator<Uint8Array> {
  try {
    yield* freeingBuffers(body as AsyncIterable<Uint8Array>)
  } catch (thrown) {
    throw unavailable(broken(from), false, thrown)
  } finally {
    body.destroy()
  }
}
