import { type AnyEvent, type FedEvent, holdsAnnotation, type Outgoing, outgoingOf } from '@heddle/core'
import { type Encode, encoderOf } from '../http/encode.ts'

/** An event made ready for those who may see it. */
export interface PushedEvent {
  readonly offset: number
  readonly type: AnyEvent
  readonly tenant: string
  /** For rules. */
  readonly data: unknown
  readonly isUnreadable: boolean
  /** As it leaves the process. */
  readonly json: string
}

interface Ready {
  readonly encode: Encode
  readonly outgoing: Outgoing | undefined
  readonly isMarked: boolean
}

const ready = new WeakMap<AnyEvent, Ready>()

function readyOf(type: AnyEvent): Ready {
  let known = ready.get(type)
  if (!known) {
    const { data } = type
    known = { encode: encoderOf(data), outgoing: outgoingOf({ output: data }), isMarked: holdsAnnotation(data) }
    ready.set(type, known)
  }
  return known
}

/** Writes an event down as it leaves: without what its type marks as sensitive, and without who caused it. */
export function pushedEvent(
  type: AnyEvent,
  { offset, id, name, tenant, key, at, data, unreadable }: FedEvent,
): PushedEvent {
  const { encode, outgoing, isMarked } = readyOf(type)
  const isUnreadable = unreadable !== undefined
  const facts = {
    offset,
    id,
    name,
    // A key may be made of what is marked.
    ...(key !== '' && !isMarked && { key }),
    at: new Date(at).toISOString(),
    ...(isUnreadable && { unreadable: true }),
  }
  const told = isUnreadable ? undefined : encode(outgoing ? outgoing.value(data) : data)
  const json = told === undefined ? JSON.stringify(facts) : `${JSON.stringify(facts).slice(0, -1)},"data":${told}}`
  return { offset, type, tenant, data, isUnreadable, json }
}
