import { type DecodeLimits, failed, type FilePlace, StreamedFile, systemFailure } from '@heddle/core'
import { decodeQuery, type TextFields } from '../../decode/decode-query.ts'
import type { CommandEndpoint } from '../endpoint.ts'
import { type Exchange, queryOf } from '../exchange.ts'
import type { ReadInput } from '../read-input.ts'
import { fileNameOf } from './file-name.ts'
import { placed } from './place-file.ts'
import { readForm } from './read-form.ts'
import { readWholeForm } from './read-whole-form.ts'

type Parameters = Readonly<Record<string, string>>

/** Where the files of an input stand, alone and in lists. */
export interface UploadPlaces {
  readonly files: readonly FilePlace[]
  readonly lists: readonly FilePlace[]
}

/** The input of a request with files, and how its other fields are read. @default 'text' */
export type ReadUpload = ReadInput & { readonly from?: 'json' | 'text' }

/** Where the files stand that a request brings other than in JSON, if it does: several come in a form. */
export function uploadOf(
  { upload, formFiles: files, formLists: lists }: CommandEndpoint,
  exchange: Exchange,
): UploadPlaces | undefined {
  if (files.length === 0 && lists.length === 0) return undefined
  const type = exchange.headers['content-type']
  // A type that JSON has is JSON; a file of that type goes into a form.
  if (type === undefined || /^\s*application\/(?:[\w.-]+\+)?json\b/i.test(type)) return undefined
  return upload || isForm(type) ? { files, lists } : undefined
}

/**
 * The input of a request whose body is a form with a file (multipart/form-data), or the file itself; the other fields are
 * in the form, the query and the path, all text, or in the form's part `input` as JSON. The call begins when the file does, and reads it as it comes.
 */
export async function readUpload(
  exchange: Exchange,
  parameters: Parameters,
  limits: Required<DecodeLimits>,
  places: UploadPlaces,
): Promise<ReadUpload> {
  const encoding = exchange.header('content-encoding')
  if (encoding !== undefined && encoding !== 'identity') {
    return failed([systemFailure('UnsupportedMediaType', { type: `content encoding ${encoding}` })])
  }
  const type = exchange.header('content-type')!
  const query = decodeQuery(queryOf(exchange.url), limits)
  if (!query.ok) return query
  const outer: TextFields = { ...query.value }
  for (const [name, value] of Object.entries(parameters)) {
    if (Object.hasOwn(outer, name)) return failed([systemFailure('DuplicateKey', { key: name }, { path: [name] })])
    outer[name] = value
  }
  const [only] = places.files
  if (!isForm(type)) return placed(outer, only!, rawFile(exchange, type))
  return only && places.files.length === 1 && places.lists.length === 0
    ? readForm(exchange, type, outer, limits, only)
    : readWholeForm(exchange, type, outer, limits, places)
}

const isForm = (type: string) => /^\s*multipart\/form-data\b/i.test(type)

function rawFile(exchange: Exchange, type: string): StreamedFile {
  const length = exchange.header('content-length')
  const name = fileNameOf(exchange.header('content-disposition'))
  return new StreamedFile(() => exchange.streamBody(), {
    type,
    ...(name !== undefined && { name }),
    ...(length !== undefined && { sizeBytes: Number(length) }),
  })
}
