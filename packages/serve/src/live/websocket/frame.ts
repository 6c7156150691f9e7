import { type AnyFailure, decodeJson, type DecodeLimits, type LeaseProof, systemFailure } from '@heddle/core'
import { mostKeyCharacters, mostSeconds } from '../../http/call-headers.ts'
import { parseFences } from '../../http/fence-header.ts'

/** How a client names what it asks for, among what is open on its connection. */
export type FrameId = number | string

/** Asks for a call. */
export interface CallFrame {
  readonly kind: 'call'
  readonly id: FrameId
  readonly call: string
  readonly input: unknown
  readonly key: string | undefined
  readonly timeout: number | undefined
  readonly tenant: string | undefined
  readonly trace: string | undefined
  readonly fences: readonly LeaseProof[] | undefined
}

/** Asks to be told what a query answers, or events. */
export interface SubscribeFrame {
  readonly kind: 'subscribe'
  readonly id: FrameId
  readonly what:
    | { readonly kind: 'query'; readonly query: string; readonly input: unknown }
    | { readonly kind: 'events'; readonly on: readonly string[]; readonly after?: number }
  readonly last: string | undefined
  readonly tenant: string | undefined
}

/** What a client sends as text. */
export type Frame =
  | CallFrame
  | SubscribeFrame
  | { readonly kind: 'cancel'; readonly id: FrameId }
  | { readonly kind: 'authorization'; readonly authorization: string }
  | { readonly kind: 'more'; readonly file: number; readonly more: number }
  | RefusedFrame

/** A frame that cannot be acted on. */
export interface RefusedFrame {
  readonly kind: 'refused'
  /** `null` where it cannot be read. */
  readonly id: FrameId | null
  readonly errors: readonly AnyFailure[]
}

/** Ids as texts may be so long. */
const mostIdCharacters = 64
/** Kinds of events that one subscription may name (limit `live.events`). */
const mostEvents = 100

type Fields = Readonly<Record<string, unknown>>

/** Reads a frame. Nothing is guessed: a field that no frame of its kind has is refused too. */
export function readFrame(bytes: string | Uint8Array, limits: DecodeLimits): Frame {
  const decoded = decodeJson(bytes, limits)
  if (!decoded.ok) return { kind: 'refused', id: idWithin(bytes, decoded.errors), errors: inputErrors(decoded.errors) }
  const fields = decoded.value
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields)) return refused(null, 'it is no object')
  return read(fields as Fields)
}

function read(fields: Fields): Frame {
  const { id } = fields
  if (id === undefined) {
    if ('authorization' in fields) return readAuthorization(fields)
    if ('file' in fields) return readMore(fields)
    return refused(null, 'it has no id')
  }
  if (!isId(id)) return refused(null, `an id is a whole number or a text of 1 to ${mostIdCharacters} characters`)
  if (fields.call !== undefined) return readCall(fields, id)
  if (fields.subscribe !== undefined) return readSubscribe(fields, id)
  if (fields.cancel !== true) return refused(id, 'it neither calls nor subscribes nor cancels')
  return unknownField(fields, id, cancelFields) ?? { kind: 'cancel', id }
}

const callFields: ReadonlySet<string> = new Set(['id', 'call', 'input', 'key', 'timeout', 'tenant', 'trace', 'fences'])
const subscribeFields: ReadonlySet<string> = new Set(['id', 'subscribe', 'last', 'tenant'])
const queryFields: ReadonlySet<string> = new Set(['query', 'input'])
const eventFields: ReadonlySet<string> = new Set(['events', 'after'])
const cancelFields: ReadonlySet<string> = new Set(['id', 'cancel'])
const authorizationFields: ReadonlySet<string> = new Set(['authorization'])
const moreFields: ReadonlySet<string> = new Set(['file', 'more'])

function readCall(fields: Fields, id: FrameId): Frame {
  const { call, input = {}, key, timeout, tenant, trace, fences } = fields
  if (typeof call !== 'string') return refused(id, '`call` is the name of a command, as text')
  if (!isTextOrMissing(tenant)) return refused(id, '`tenant` is a text')
  if (!isTextOrMissing(trace)) return refused(id, '`trace` is a text, as `traceparent` has it')
  if (key !== undefined && !isKey(key)) return refused(id, `\`key\` is 1 to ${mostKeyCharacters} printable characters`)
  if (timeout !== undefined && !isTimeout(timeout)) return refused(id, `\`timeout\` is up to ${mostSeconds} seconds`)
  const held = fences === undefined ? undefined : typeof fences === 'string' ? parseFences(fences) : null
  if (held === null) return refused(id, '`fences` is a text, each written lease=token')
  return (
    unknownField(fields, id, callFields) ?? { kind: 'call', id, call, input, key, timeout, tenant, trace, fences: held }
  )
}

function readSubscribe(fields: Fields, id: FrameId): Frame {
  const { subscribe, last, tenant } = fields
  if (!isTextOrMissing(last)) return refused(id, '`last` is the text that stood in `at`')
  if (!isTextOrMissing(tenant)) return refused(id, '`tenant` is a text')
  const unknown = unknownField(fields, id, subscribeFields)
  if (unknown) return unknown
  if (typeof subscribe !== 'object' || subscribe === null) return refused(id, '`subscribe` is an object')
  const { query, input = {}, events, after } = subscribe as Fields
  if (typeof query === 'string') {
    const what = { kind: 'query', query, input } as const
    return unknownField(subscribe as Fields, id, queryFields) ?? { kind: 'subscribe', id, what, last, tenant }
  }
  if (!Array.isArray(events) || !events.every((name) => typeof name === 'string')) {
    return refused(id, '`subscribe` names a `query`, or `events` as a list of their names')
  }
  if (events.length > mostEvents) {
    return { kind: 'refused', id, errors: [systemFailure('LimitReached', { limit: mostEvents, name: 'live.events' })] }
  }
  if (after !== undefined && !isCount(after)) return refused(id, '`after` is the place of an event, a whole number')
  const what = { kind: 'events', on: events as string[], ...(after !== undefined && { after }) } as const
  return unknownField(subscribe as Fields, id, eventFields) ?? { kind: 'subscribe', id, what, last, tenant }
}

function readAuthorization(fields: Fields): Frame {
  const { authorization } = fields
  if (typeof authorization !== 'string' || !/^[\x20-\x7e]*$/.test(authorization))
    return refused(null, '`authorization` is what the header of this name would be')
  return unknownField(fields, null, authorizationFields) ?? { kind: 'authorization', authorization }
}

function readMore(fields: Fields): Frame {
  const { file, more } = fields
  if (!isCount(file) || !isCount(more)) return refused(null, '`file` and `more` are whole numbers')
  return unknownField(fields, null, moreFields) ?? { kind: 'more', file, more }
}

/** A refusal of a frame. */
export const refused = (id: FrameId | null, reason: string): RefusedFrame => ({
  kind: 'refused',
  id,
  errors: [systemFailure('MalformedInput', { format: 'frame', reason })],
})

function unknownField(fields: Fields, id: FrameId | null, known: ReadonlySet<string>): RefusedFrame | undefined {
  for (const name in fields) if (!known.has(name)) return refused(id, `it has an unknown field "${name.slice(0, 64)}"`)
  return undefined
}

const isTextOrMissing = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string'
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0

const isId = (id: unknown): id is FrameId =>
  Number.isSafeInteger(id) || (typeof id === 'string' && id.length > 0 && id.length <= mostIdCharacters)

const isKey = (key: unknown): key is string =>
  typeof key === 'string' && key.length <= mostKeyCharacters && /^[\x20-\x7e]+$/.test(key)

const isTimeout = (timeout: unknown): timeout is number =>
  typeof timeout === 'number' && timeout >= 0 && timeout <= mostSeconds

/** What is wrong in the input is told where it would be without a frame around it, as for every other surface. */
const inputErrors = (errors: readonly AnyFailure[]) =>
  errors.map((error) => (error.path[0] === 'input' ? error.at(error.path.slice(1)) : error))

/** The id of a frame that is well-formed and still not sound, e.g. because a key stands twice in its input. */
function idWithin(bytes: string | Uint8Array, [first]: readonly AnyFailure[]): FrameId | null {
  if (first === undefined || first.code === 'MalformedInput' || first.code === 'TooLarge') return null
  try {
    const parsed = JSON.parse(typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString()) as Fields | null
    return isId(parsed?.id) ? parsed.id : null
  } catch {
    return null
  }
}
