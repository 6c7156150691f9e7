import {
  type AnyFailure,
  decodeJson,
  type DecodeLimits,
  failed,
  Failure,
  type Outcome,
  type Schema,
  success,
  systemFailure,
} from '@heddle/core'
import { decodeQuery } from '../decode/decode-query.ts'
import { castParameter } from './cast-parameter.ts'
import { type Exchange, queryOf } from './exchange.ts'
import { mediaTypes } from './accept.ts'
import { noParameters } from './router.ts'

type Parameters = Readonly<Record<string, string>>

/** The input of a call as it was sent, before its cast. */
export type ReadInput = Outcome<unknown, AnyFailure>

/** The input of a request without a body: its query and the parameters in its path, all text. */
export function readText(exchange: Exchange, parameters: Parameters, limits: DecodeLimits): ReadInput {
  const query = queryOf(exchange.url)
  if (query === '') return success(parameters)
  const fields = decodeQuery(query, limits)
  return fields.ok ? merged(fields.value, parameters) : fields
}

/** The whole body of a request whose input is JSON, decompressed. */
export function jsonBody(exchange: Exchange, maxBytes: number): Promise<Uint8Array | AnyFailure> {
  if (exchange.url.includes('?')) {
    const reason = `the input of ${exchange.method} is the body, not the query`
    return Promise.resolve(systemFailure('MalformedInput', { format: 'request', reason }))
  }
  const contentType = exchange.headers['content-type']
  if (contentType !== undefined && !isJson(contentType)) {
    return Promise.resolve(systemFailure('UnsupportedMediaType', { type: contentType }))
  }
  const coding = exchange.headers['content-encoding']
  const body = exchange.readBody(maxBytes)
  return coding === undefined || coding === 'identity' ? body : decompressed(coding, body, maxBytes)
}

async function decompressed(coding: string, body: Promise<Uint8Array | AnyFailure>, maxBytes: number) {
  const sent = await body
  // Loaded by the first body that needs it.
  const { decompress } = await import('./decompress.ts')
  return decompress(coding, sent, maxBytes)
}

/** The input of a request with a body: JSON, and the parameters in its path. */
export function readJson(
  exchange: Exchange,
  body: Uint8Array | AnyFailure,
  parameters: Parameters,
  limits: Required<DecodeLimits>,
  type: Schema,
): ReadInput {
  if (body instanceof Failure) return failed([body])
  if (exchange.headers['content-type'] === undefined) {
    // A page of any origin can send a body without a type, or none at all, and browsers would not ask us first.
    if (body.byteLength > 0 || exchange.header('sec-fetch-site') === 'cross-site') {
      return failed([systemFailure('UnsupportedMediaType', { type: 'none' })])
    }
    return merged({}, parameters, type)
  }
  if (body.byteLength === 0) return merged({}, parameters, type)
  const decoded = decodeJson(body, limits)
  return decoded.ok && parameters !== noParameters ? merged(decoded.value, parameters, type) : decoded
}

function isJson(contentType: string): boolean {
  if (contentType === mediaTypes.json) return true
  const [type = '', ...parameters] = contentType.toLowerCase().split(';')
  if (!/^\s*application\/(?:[\w.-]+\+)?json\s*$/.test(type)) return false
  return parameters.every((parameter) => {
    const [name = '', value = ''] = parameter.split('=').map((part) => part.trim().replaceAll('"', ''))
    return name !== 'charset' || value === 'utf-8' || value === 'utf8'
  })
}

/** Puts the parameters of the path into the input. A field in both places is refused, even with the same value. */
function merged(input: unknown, parameters: Parameters, type?: Schema): ReadInput {
  const names = Object.keys(parameters)
  if (names.length === 0 || typeof input !== 'object' || input === null || Array.isArray(input)) return success(input)
  const fields: Record<string, unknown> = { ...input }
  for (const name of names) {
    if (Object.hasOwn(fields, name)) return failed([systemFailure('DuplicateKey', { key: name }, { path: [name] })])
    fields[name] = type ? castParameter(type, name, parameters[name]!) : parameters[name]
  }
  return success(fields)
}
