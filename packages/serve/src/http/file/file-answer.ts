import type { ByteRange, StreamedFile } from '@heddle/core'
import { noSniffing } from '../accept.ts'
import { namesTag } from '../entity-tag.ts'
import type { Answer, Exchange } from '../exchange.ts'
import { dispositionOf } from './file-name.ts'
import { freeingBuffers } from './free-buffers.ts'
import { parseRange } from './parse-range.ts'

/** Types that a browser shows without running anything in them. */
const harmless = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'text/plain',
  'audio/mpeg',
  'video/mp4',
])

/**
 * Answers with a file, as it is read: whole, or the part that `Range` asks for where it can be read in part (RFC 9110, 14).
 * A browser may not guess another type, nor run what the file holds: what is not harmless is offered for download.
 */
export function fileAnswer(exchange: Exchange, file: StreamedFile): Answer {
  const { sizeBytes, sha256, type } = file
  const etag = sha256 === undefined ? undefined : `"${sha256}"`
  // Parts and conditions are for those who ask for a file, not for those who have something done (RFC 9110, 13.1.2 and 14.2).
  const isAsked = exchange.method === 'GET' || exchange.method === 'HEAD'
  const canRange = isAsked && file.isRepeatable && sizeBytes !== undefined
  const headers: Record<string, string> = {
    'content-type': type,
    'content-disposition': disposition(file),
    'content-security-policy': "sandbox; default-src 'none'",
    ...noSniffing,
    'cache-control': 'private, no-cache',
    ...(etag && { etag }),
    ...(canRange && { 'accept-ranges': 'bytes' }),
  }
  const known = isAsked ? exchange.header('if-none-match') : undefined
  if (etag && known !== undefined && namesTag(known, etag)) return { status: 304, headers, body: undefined }

  const condition = exchange.header('if-range')
  const asked =
    canRange && exchange.method === 'GET' && (condition === undefined || condition === etag)
      ? exchange.header('range')
      : undefined
  const range = asked === undefined ? undefined : parseRange(asked, sizeBytes!)
  if (range === 'unsatisfiable') {
    return { status: 416, headers: { ...noSniffing, 'content-range': `bytes */${sizeBytes}` }, body: undefined }
  }
  if (range) {
    headers['content-range'] = `bytes ${range.start}-${range.end - 1}/${sizeBytes}`
    headers['content-length'] = String(range.end - range.start)
  } else if (sizeBytes !== undefined) headers['content-length'] = String(sizeBytes)
  return { status: range ? 206 : 200, headers, body: send(exchange, file, range) }
}

const send =
  (exchange: Exchange, file: StreamedFile, range: ByteRange | undefined) =>
  async (write: (piece: Uint8Array) => void | Promise<void>) => {
    if (exchange.method === 'HEAD') return
    for await (const chunk of freeingBuffers(file.stream(range))) {
      if (exchange.signal.aborted) return
      await write(chunk)
    }
  }

/** What is harmless is shown in place; the rest is a download. */
function disposition({ name, type }: StreamedFile): string {
  const [plain = ''] = type.toLowerCase().split(';')
  return dispositionOf(harmless.has(plain.trim()) ? 'inline' : 'attachment', name)
}
