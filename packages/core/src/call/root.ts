import type { CallOptions } from '../app/app.ts'
import { uuidV7 } from '../ports/ids.ts'
import type { Maybe } from '../ports/maybe.ts'
import type { Ports } from '../ports/ports.ts'
import { assertOptions } from './call-options.ts'
import { Lifetime } from './lifetime.ts'
import type { MarkedValue } from './secrets.ts'
import { mainTenant, type Tenancy, tenantOf } from './tenancy.ts'

/** Of a call that says nothing about how it is made: the app's own code, without limits. */
export const noOptions: CallOptions = Object.freeze({})

/** What every call in an app has in common: its engine has it. */
interface RootSetup {
  readonly ports: Ports
  readonly tenancy: Tenancy
}

/** What a call from outside and all its subcommands share. */
export class Root {
  readonly ports: Ports
  readonly options: CallOptions
  readonly tenant: string
  lifetime: Lifetime | undefined
  /** How many effects happened that cannot be rolled back. After one of them the command may not run again. */
  effects = 0
  /** What waits for the commit, in order. */
  afterwards: (() => Maybe<void>)[] | undefined
  /** Marked inputs of subcommands that errored, until the defect is logged. */
  secrets: MarkedValue[] | undefined
  #traceId: string | undefined

  constructor({ ports, tenancy }: RootSetup, options: CallOptions) {
    if (options !== noOptions) assertOptions(options)
    this.ports = ports
    this.options = options
    this.tenant = options === noOptions ? mainTenant : tenantOf(options, tenancy)
    this.#traceId = options.traceId ?? options.parent?.traceId
    const { deadline, signal } = options
    const isLimited = deadline !== undefined || (signal !== undefined && typeof signal !== 'function')
    this.lifetime = isLimited ? new Lifetime(ports, deadline, signalOf(options)) : undefined
  }

  get traceId(): string {
    return (this.#traceId ??= hex(this.ports.random.bytes(16)))
  }

  /** Takes the trace id of the span that was begun for it. */
  recordAs(traceId: string): void {
    this.#traceId = traceId
  }

  /** The life of the whole call, made now where nothing limited it before. */
  live(): Lifetime {
    return (this.lifetime ??= new Lifetime(this.ports, undefined, signalOf(this.options)))
  }

  newId(): string {
    return uuidV7(this.ports.clock, this.ports.random)
  }
}

/** The caller's signal; one that is given late is made now. */
const signalOf = ({ signal }: CallOptions) => (typeof signal === 'function' ? signal() : signal)

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
