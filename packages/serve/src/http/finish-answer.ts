import { chooseCoding, isCompressible } from './coding.ts'
import { encodedTag, namesTag } from './entity-tag.ts'
import type { Answer, Exchange } from './exchange.ts'

/** How answers are compressed. */
export interface CompressionOptions {
  /** Shorter bodies are sent as they are. @default 1024 */
  readonly minBytes?: number
}

/** The last thing that is done to an answer. */
export interface Finish {
  /** Whether there is something to do: most answers are short and have no tag. */
  concerns(answer: Answer): boolean
  /** Answers 304 to whoever has the body already, and compresses it for others as they like. */
  finish(exchange: Exchange, answer: Answer): Promise<Answer>
}

export function createFinish(compression: CompressionOptions | false = {}): Finish {
  const minBytes = compression === false ? Infinity : (compression.minBytes ?? 1024)

  function isWorthIt({ status, headers, body }: Answer): boolean {
    if (body === undefined || (typeof body !== 'function' && body.length < minBytes) || minBytes === Infinity)
      return false
    // A part of a file is a part of the bytes as they are.
    if (status === 206 || headers['cache-control']?.includes('no-transform')) return false
    return headers['content-encoding'] === undefined && isCompressible(headers['content-type'])
  }

  return {
    concerns: (answer) => answer.headers.etag !== undefined || isWorthIt(answer),
    async finish(exchange, answer) {
      const isVarying = isWorthIt(answer)
      const coding = isVarying ? chooseCoding(exchange.header('accept-encoding')) : undefined
      const headers = { ...answer.headers }
      if (isVarying) headers.vary = headers.vary === undefined ? 'accept-encoding' : `${headers.vary}, accept-encoding`
      const { etag } = headers
      if (etag !== undefined && coding !== undefined) headers.etag = encodedTag(etag, coding)
      const known = exchange.header('if-none-match')
      if (etag !== undefined && known !== undefined && answer.status === 200 && namesTag(known, etag)) {
        if (typeof answer.body === 'function') await answer.body(() => undefined)
        delete headers['content-type']
        return { ...answer, status: 304, headers, body: undefined }
      }
      const { body } = answer
      if (coding === undefined || body === undefined) return { ...answer, headers }
      const { compress, compressStream } = await import('./compress.ts')
      headers['content-encoding'] = coding
      // The server states the length of what is sent.
      delete headers['content-length']
      const encoded = typeof body === 'function' ? compressStream(coding, body) : await compress(coding, body)
      return { ...answer, headers, body: encoded }
    },
  }
}
