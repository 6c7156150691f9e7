import type { Random, StreamedFile } from '@heddle/core'
import { noSniffing } from '../accept.ts'
import type { Encode } from '../encode.ts'
import type { Answer, Exchange } from '../exchange.ts'
import { formEnd, formPart } from './form-part.ts'
import { freeingBuffers } from './free-buffers.ts'
import { mapFiles } from './inline-files.ts'

/** Whether a client takes an answer with files as a form. Who takes anything gets JSON. */
export const takesForm = (accept: string | undefined): boolean =>
  accept !== undefined && /\bmultipart\/form-data\b/i.test(accept)

/**
 * Answers with a value that holds files as a form (RFC 7578), as it would be sent: first the part `value`, in JSON, with what
 * is known of each file in its place; then the files, by their places (`photos.0`), as they are read.
 */
export async function formAnswer(exchange: Exchange, value: unknown, encode: Encode, random: Random): Promise<Answer> {
  const boundary = `heddle-${Buffer.from(random.bytes(18)).toString('hex')}`
  const files: [string, StreamedFile][] = []
  await mapFiles(value, (file, path) => void files.push([path.join('.'), file]))
  return {
    status: 200,
    headers: {
      'content-type': `multipart/form-data; boundary=${boundary}`,
      'cache-control': 'private, no-cache',
      ...noSniffing,
    },
    async body(write) {
      if (exchange.method === 'HEAD') return
      await write(`${formPart(boundary, 'value', 'application/json')}${encode(value)}\r\n`)
      for (const [name, file] of files) {
        await write(formPart(boundary, name, file.type, file.name ?? name))
        for await (const chunk of freeingBuffers(file.stream())) {
          if (exchange.signal.aborted) return
          await write(chunk)
        }
        await write('\r\n')
      }
      await write(formEnd(boundary))
    },
  }
}
