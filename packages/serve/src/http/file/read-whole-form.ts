import { Readable } from 'node:stream'
import {
  type AnyFailure,
  type DecodeLimits,
  failed,
  fileFrom,
  type FilePlace,
  type StreamedFile,
  systemFailure,
} from '@heddle/core'
import type { TextFields } from '../../decode/decode-query.ts'
import type { Exchange } from '../exchange.ts'
import type { ReadInput } from '../read-input.ts'
import { formFileName } from './file-name.ts'
import { FormFields } from './form-fields.ts'
import { placed } from './place-file.ts'
import { messageOf, mostFields } from './read-form.ts'
import type { ReadUpload, UploadPlaces } from './read-upload.ts'
import { unfit } from './unfit.ts'

/** How many files a form may have where it has lists of them (limit `form.files`). */
const mostFiles = 100

/**
 * Reads a form with several files to its end: they come one behind the other, and a command may want the last one first.
 * So all of it is held in memory and together no larger than a body of JSON may be; fields and files stand in any order.
 */
export async function readWholeForm(
  exchange: Exchange,
  type: string,
  outer: TextFields,
  limits: Required<DecodeLimits>,
  { files: places, lists }: UploadPlaces,
): Promise<ReadUpload> {
  const { Busboy } = await import('@fastify/busboy')
  const { maxBodyBytes } = limits
  return new Promise((resolve) => {
    const fields = new FormFields(limits, outer)
    const files = new Map<string, StreamedFile[]>()
    const known = new Set([...places, ...lists].map(nameOf))
    const alone = new Set(places.map(nameOf))
    const most = lists.length > 0 ? mostFiles : places.length
    let size = 0
    const source = Readable.from(exchange.streamBody(), { objectMode: false })
    let form: InstanceType<typeof Busboy>
    try {
      form = new Busboy({
        headers: { 'content-type': type },
        limits: { fields: mostFields, files: most, fieldSize: maxBodyBytes, fieldNameSize: 1000 },
      })
    } catch (cause) {
      return resolve(failed([unfit(messageOf(cause), cause)]))
    }

    form.on('field', (name, value, isNameCut, isValueCut, _encoding, mediaType) => {
      if (isNameCut || isValueCut || !fitsIn(name.length + value.length)) return refuseSize()
      fields.add(name, value, mediaType)
    })
    form.on('file', (name, stream, fileName, _encoding, mediaType) => {
      const chunks: Uint8Array[] = []
      stream.on('error', () => undefined)
      stream.on('data', (chunk: Uint8Array) => {
        if (fitsIn(chunk.byteLength)) chunks.push(chunk)
        else refuseSize()
      })
      if (!known.has(name)) return fail(unfit(`the files of the form are ${[...known].join(', ')}, not "${name}"`))
      if (alone.has(name) && files.has(name)) return fail(unfit(`the file "${name}" comes twice`))
      stream.on('end', () => {
        // A page sends an empty part for a file that nobody chose.
        if (!fileName && chunks.length === 0) return
        const file = fileFrom(Buffer.concat(chunks), { type: mediaType, name: formFileName(fileName) })
        files.set(name, [...(files.get(name) ?? []), file])
      })
    })
    form.on('filesLimit', () =>
      fail(
        lists.length > 0
          ? systemFailure('LimitReached', { name: 'form.files', limit: mostFiles })
          : unfit(`the form has no more than ${most} files`),
      ),
    )
    form.on('fieldsLimit', () => fail(systemFailure('LimitReached', { name: 'form.fields', limit: mostFields })))
    form.on('error', (cause) => fail(unfit(messageOf(cause), cause)))
    form.on('finish', () => resolve(whole()))
    source.on('error', (cause) => fail(cause as unknown as AnyFailure))
    source.pipe(form)

    function fitsIn(more: number): boolean {
      size += more
      return size <= maxBodyBytes
    }

    function refuseSize(): void {
      fail(systemFailure('TooLarge', { limit: maxBodyBytes, name: 'maxBodyBytes' }))
    }

    function fail(failure: AnyFailure): void {
      source.unpipe(form)
      resolve(failed([failure]))
    }

    function whole(): ReadUpload {
      let input: ReadInput = fields.read()
      for (const place of places) {
        const [file] = files.get(nameOf(place)) ?? []
        if (file && input.ok) input = placed(input.value as TextFields, place, file)
      }
      for (const place of lists) {
        const listed = files.get(nameOf(place))
        // A form tells of no file by having no part for it, so that is an empty list, but where JSON says so.
        if (!input.ok || (!listed && fields.from === 'json')) continue
        input = placed(input.value as TextFields, place, listed ?? [])
      }
      return { ...input, from: fields.from }
    }
  })
}

const nameOf = ({ path }: FilePlace) => path.join('.')
