import type { Part } from '../app/part.ts'
import { permissionForm } from '../command/access.ts'
import { requirementsOf } from '../command/requirements.ts'
import { Defect } from '../error/defect.ts'
import { castOutput } from '../schema/cast.ts'
import { hasAsync } from '../schema/has-async.ts'
import type { InputOf, OutputOf, Schema } from '../schema/schema.ts'
import { eventKind } from './compare.ts'
import { describeEvent } from './describe.ts'
import type { EventAccess } from './event-access.ts'

/** Makes data of the next version of an event from that of one version. Both are JSON. */
export type Upcast = (data: never) => unknown

/** What an event's definition consists of. */
export interface EventDefinition<Data extends Schema> {
  /** One line. */
  readonly summary?: string
  /** The ids of the requirements that it meets, e.g. `['FR-12']`. */
  readonly requirements?: readonly string[]
  /** What happened. It is kept as JSON. */
  readonly data: Data
  /**
   * What the event is about. Events with the same key are handled in order; without keys, all of a tenant are.
   *
   * @example key: ({ order }) => order
   */
  readonly key?: (data: OutputOf<Data>) => string
  /**
   * To whom it is pushed, see `docs/live.md`. A rule is asked for each event.
   *
   * @default nobody outside of the app
   * @example access: ({ principal }, { to }) => principal?.id === to
   */
  readonly access?: EventAccess<OutputOf<Data>>
  /** Grows when stored data no longer fits the type. @default 1 */
  readonly version?: number
  /** Version → how its data becomes that of the next one, for each version before this one. */
  readonly upcast?: Readonly<Record<number, Upcast>>
}

/** A fact that commands emit: a part of an app. */
export interface Event<Name extends string = string, Data = unknown, Given = unknown> extends Part {
  readonly name: Name
  readonly domain: string
  readonly summary: string | undefined
  readonly version: number
  readonly requirements: readonly string[]
  readonly data: Schema
  readonly key: ((data: never) => string) | undefined
  readonly access: EventAccess | undefined
  readonly upcast: Readonly<Record<number, Upcast>>
  /** Carries types only. */
  readonly types?: { readonly data: Data; readonly given: Given }
}

/** An event of whatever types. */
export type AnyEvent = Event

/** The data of an event as handlers get it. */
export type DataOf<E extends AnyEvent> = NonNullable<E['types']>['data']
/** The data of an event as `emit` takes it. */
export type DataFor<E extends AnyEvent> = NonNullable<E['types']>['given']

/**
 * Declares a fact. A command that lists it in `emits` may `emit` it; it is written with the command's other changes, or
 * not at all.
 *
 * @throws {Defect} InvalidDefinition
 * @example
 * export const Transferred = event('bank.Transferred', {
 *   summary: 'Money moved between two accounts',
 *   data: z.object({ from: z.uuid(), to: z.uuid(), cents: z.int() }),
 *   key: ({ from }) => from,
 * })
 */
export function event<const Name extends string, Data extends Schema>(
  name: Name,
  definition: EventDefinition<Data>,
): Event<Name, OutputOf<Data>, InputOf<Data>> {
  const { summary, requirements, data, key, access, version = 1, upcast = {} } = definition
  const domain = eventDomainOf(name)
  const reason = refusal(version, upcast, data) ?? refusedAccess(access)
  if (reason) throw new Defect('InvalidDefinition', { name: `event ${name}`, reason })
  const self: Event<Name, OutputOf<Data>, InputOf<Data>> = {
    kind: eventKind,
    name,
    domain,
    summary,
    version,
    requirements: requirementsOf(`event ${name}`, requirements),
    data,
    key: key as ((data: never) => string) | undefined,
    access,
    upcast,
    describe: () => describeEvent(self),
  }
  return self
}

const form = /^((?:[a-z][A-Za-z0-9]*\.){1,2})[A-Z][A-Za-z0-9]*(?:\.[A-Z][A-Za-z0-9]*)?$/

/** An event is named like a command, or after what it is of: `bank.Transferred`, `bank.Account.Inserted`. */
function eventDomainOf(name: string): string {
  const [, domain] = form.exec(name) ?? []
  if (domain !== undefined) return domain.slice(0, -1)
  const reason = 'an event is named domain.Verbed, e.g. bank.Transferred'
  throw new Defect('InvalidDefinition', { name: `event ${name}`, reason })
}

function refusal(version: number, upcast: Readonly<Record<number, Upcast>>, data: Schema): string | undefined {
  if (!Number.isInteger(version) || version < 1) return 'its version is no whole number from 1'
  for (let from = 1; from < version; from++) {
    if (!Object.hasOwn(upcast, from)) return `nothing says how data of version ${from} becomes that of ${from + 1}`
  }
  return hasAsync(data) ? 'its type is asynchronous, and emitting is not' : undefined
}

function refusedAccess(access: EventAccess | undefined): string | undefined {
  if (typeof access !== 'string' || permissionForm.test(access)) return undefined
  return `${JSON.stringify(access)} is no permission; one looks like bank:watch`
}

/** Whether a part is an event. */
export const isEvent = (part: Part): part is AnyEvent => part.kind === eventKind

/**
 * Reads the stored data of an event, of this version or an older one.
 *
 * @throws {Defect} UnreadableEvent for a newer version, and where an upcast throws
 */
export function readEventData<E extends AnyEvent>(event: E, version: number, json: unknown): DataOf<E> {
  let data = json
  try {
    if (version > event.version) throw new Error(`it has version ${version}, and this app knows ${event.version}`)
    for (let from = version; from < event.version; from++) data = event.upcast[from]!(data as never)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Defect('UnreadableEvent', { event: event.name, reason }, { cause })
  }
  return castOutput(event.data, data)
}
