import { Readable } from 'node:stream'
import type { Busboy, BusboyFileStream } from '@fastify/busboy'
import {
  type AnyFailure,
  type DecodeLimits,
  failed,
  Failure,
  type FilePlace,
  StreamedFile,
  systemFailure,
} from '@heddle/core'
import type { TextFields } from '../../decode/decode-query.ts'
import type { Exchange } from '../exchange.ts'
import { formFileName } from './file-name.ts'
import { FormFields } from './form-fields.ts'
import { placed } from './place-file.ts'
import type { ReadUpload } from './read-upload.ts'
import { unfit } from './unfit.ts'

/** How many fields a form may have (limit `form.fields`). */
export const mostFields = 1000

/**
 * Reads a form up to its file, which then goes on to come while the call runs. So the fields stand before the file, as
 * they do where a page lists them so; what follows it is refused when the file has been read.
 */
export async function readForm(
  exchange: Exchange,
  type: string,
  outer: TextFields,
  limits: Required<DecodeLimits>,
  place: FilePlace,
): Promise<ReadUpload> {
  // Loaded by the first form, since most services never see one.
  const { Busboy: FormReader } = await import('@fastify/busboy')
  return new Promise((resolve) => {
    const fields = new FormFields(limits, outer)
    let file: BusboyFileStream | undefined
    let fieldBytes = 0
    const source = Readable.from(exchange.streamBody(), { objectMode: false })
    let form: InstanceType<typeof Busboy>
    try {
      form = new FormReader({
        headers: { 'content-type': type },
        limits: { fields: mostFields, files: 1, fieldSize: limits.maxBodyBytes, fieldNameSize: 1000 },
      })
    } catch (cause) {
      return resolve(malformed((cause as Error).message, cause))
    }

    // Whoever reads the file learns by this how the rest of the form went.
    const whole = Promise.withResolvers<void>()
    whole.promise.catch(ignore)

    form.on('field', (name, value, isNameCut, isValueCut, _encoding, mediaType) => {
      if (file) return fail(unfit('the fields stand before the file'))
      fieldBytes += name.length + value.length
      if (isNameCut || isValueCut || fieldBytes > limits.maxBodyBytes) {
        return fail(systemFailure('TooLarge', { limit: limits.maxBodyBytes, name: 'maxBodyBytes' }))
      }
      fields.add(name, value, mediaType)
    })
    form.on('file', (name, stream, fileName, _encoding, mediaType) => {
      if (file || name !== place.path.join('.')) {
        stream.on('error', ignore).resume()
        return fail(unfit(`the form has one file, "${place.path.join('.')}", not "${name}"`))
      }
      file = stream
      // Without a reader an error would end the process; whoever reads gets it from the iterator.
      stream.on('error', ignore)
      const read = fields.read()
      if (!read.ok) return end(read)
      const ownName = formFileName(fileName)
      const facts = { type: mediaType, ...(ownName !== undefined && { name: ownName }) }
      const coming = new StreamedFile(() => upTo(stream as AsyncIterable<Uint8Array>, whole.promise), facts)
      resolve({ ...placed(read.value, place, coming), from: fields.from })
    })
    form.on('filesLimit', () => fail(unfit(`the form has one file, "${place.path.join('.')}"`)))
    form.on('fieldsLimit', () => fail(systemFailure('LimitReached', { name: 'form.fields', limit: mostFields })))
    form.on('error', (cause) => fail(unfit(messageOf(cause), cause)))
    form.on('finish', () => {
      whole.resolve()
      resolve(failed([unfit(`the file "${place.path.join('.')}" is missing`)]))
    })
    source.on('error', (cause) => {
      fail(cause as unknown as AnyFailure)
    })
    source.pipe(form)

    /** Ends the form: before the file there is no call yet, later its reader learns of it. */
    function fail(failure: AnyFailure): void {
      whole.reject(failure)
      if (file) file.destroy(failure as unknown as Error)
      end(failed([failure]))
    }

    function end(outcome: ReadUpload): void {
      source.unpipe(form)
      resolve(outcome)
    }
  })
}

/** The bytes of the file, and then the end of the form. */
async function* upTo(chunks: AsyncIterable<Uint8Array>, whole: Promise<void>): AsyncGenerator<Uint8Array> {
  try {
    yield* chunks
  } catch (cause) {
    throw cause instanceof Failure ? cause : unfit(messageOf(cause), cause)
  }
  await whole
}

const ignore = () => undefined

/** What an exception says. */
export const messageOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause))

const malformed = (reason: string, cause: unknown): ReadUpload => failed([unfit(reason, cause)])
