import type { CallOptions } from '../app/app.ts'
import type { Engine } from './engine.ts'
import { uuidV7 } from '../ports/ids.ts'
import { Lifetime } from './lifetime.ts'

const none: CallOptions = Object.freeze({})

/** What a call from outside and all its subcommands share. */
export class Root {
  readonly engine: Engine
  readonly options: CallOptions
  readonly tenant: string
  readonly lifetime: Lifetime | undefined
  /** An effect that cannot be rolled back happened: the command may not run again. */
  irrevocable = false
  ended = false
  #traceId: string | undefined

  constructor(engine: Engine, options: CallOptions = none) {
    this.engine = engine
    this.options = options
    this.tenant = options.tenant ?? options.as?.tenant ?? 'main'
    this.#traceId = options.traceId
    const { deadline, signal } = options
    this.lifetime = deadline === undefined && !signal ? undefined : new Lifetime(engine.ports, deadline, signal)
  }

  get traceId(): string {
    return (this.#traceId ??= hex(this.engine.ports.random.bytes(16)))
  }

  newId(): string {
    return uuidV7(this.engine.ports.clock, this.engine.ports.random)
  }
}

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
