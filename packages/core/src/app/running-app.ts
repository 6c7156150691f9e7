import { accessProbe } from '../call/access-probe.ts'
import type { Engine } from '../call/engine.ts'
import { tenantOf } from '../call/tenancy.ts'
import type { Principal } from '../command/access.ts'
import type { AnyCommand, CommandFacts, ErrorsOf, InputFor, ItemOf, ValueOf } from '../command/types.ts'
import { systemFailure } from '../error/failure.ts'
import { buildManifest } from '../manifest/build.ts'
import type { Manifest } from '../manifest/manifest.ts'
import { type AnyFailure, failed, type Outcome } from '../outcome/outcome.ts'
import type { Maybe } from '../ports/maybe.ts'
import type { Ports } from '../ports/ports.ts'
import { sleep } from '../ports/timers.ts'
import type { ActiveCall } from '../telemetry/active-calls.ts'
import type { BatchOptions, CallOptions, OpenApp, StreamedCall } from './app.ts'
import { Defect } from '../error/defect.ts'
import { runBatch } from './batch.ts'
import type { Collected } from './collect.ts'
import { withLocalCommands } from './local-commands.ts'
import type { Part, PartHealth } from './part.ts'
import { openStream } from './streamed-call.ts'

/** What a running app is made of. */
interface Setup {
  readonly name: string
  readonly collected: Collected
  /** Commands that run as they are, although others go by their names. */
  readonly outgoing: WeakSet<CommandFacts>
  readonly engine: Engine
  readonly ports: Ports
  readonly folder: string
  readonly root: string
  readonly mode: 'development' | 'production'
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly module: string | undefined
  readonly config: unknown
  readonly self: OpenApp['self']
  readonly stopObserving: () => void
}

/** How long `close` waits for running calls. */
const defaultGraceMs = 10_000

/** An app whose parts are open. */
export class RunningApp implements OpenApp {
  readonly name: string
  readonly ports: Ports
  readonly mode: 'development' | 'production'
  readonly config: unknown
  readonly commands: ReadonlyMap<string, AnyCommand>
  readonly parts: readonly Part[]
  readonly #setup: Setup
  readonly #engine: Engine
  #manifest: Manifest | undefined
  #started = false

  constructor(setup: Setup) {
    const { name, ports, mode, config, collected, engine } = setup
    this.name = name
    this.ports = ports
    this.mode = mode
    this.config = config
    this.commands = collected.commands as ReadonlyMap<string, AnyCommand>
    this.parts = collected.parts
    this.#setup = setup
    this.#engine = engine
    for (const part of collected.parts) part.opened?.(this)
  }

  /** Made when it is first asked for: an app with a thousand commands starts without it. */
  get manifest(): Manifest {
    return (this.#manifest ??= buildManifest(this.name, this.#setup.collected.described))
  }

  self(tenant?: string): Principal {
    return this.#setup.self(tenant)
  }

  tenantOf(options: Pick<CallOptions, 'as' | 'tenant'>): string {
    return tenantOf(options, this.#engine.tenancy)
  }

  call<C extends AnyCommand>(
    command: C,
    input: InputFor<C>,
    options?: CallOptions,
  ): Promise<Outcome<ValueOf<C>, ErrorsOf<C>>> {
    const outcome = this.#engine.run(command, input, options)
    return (outcome instanceof Promise ? outcome : Promise.resolve(outcome)) as Promise<
      Outcome<ValueOf<C>, ErrorsOf<C>>
    >
  }

  async callByName(name: string, input: unknown, options?: CallOptions): Promise<Outcome<unknown, AnyFailure>> {
    const command = this.commands.get(name)
    return command ? this.#engine.run(command, input, options) : failed([systemFailure('UnknownCommand', { name })])
  }

  exchange(exchanged: readonly AnyCommand[]): void {
    const added = withLocalCommands(exchanged)
    for (const command of added.values()) {
      for (const { name } of command.calls) {
        if (added.has(name) || this.commands.has(name)) continue
        throw new Defect('MissingPart', { name: command.name, missing: `the command ${name}` })
      }
    }
    // Read by all others, written only here.
    const commands = this.#setup.collected.commands as Map<string, CommandFacts>
    for (const [name, command] of added) commands.set(name, command)
    this.#engine.forget()
  }

  keep(commands: readonly AnyCommand[]): void {
    for (const command of commands) this.#setup.outgoing.add(command)
    this.#engine.forget()
  }

  async mayCall(name: string, input: unknown, options: CallOptions): Promise<Outcome<undefined, AnyFailure>> {
    const command = this.commands.get(name)
    if (!command) return failed([systemFailure('UnknownCommand', { name })])
    const probe = accessProbe(this.#engine, command)
    return this.#engine.run(command, input, options, probe) as Maybe<Outcome<undefined, AnyFailure>>
  }

  async callOrThrow<C extends AnyCommand>(command: C, input: InputFor<C>, options?: CallOptions): Promise<ValueOf<C>> {
    const outcome = await this.call(command, input, options)
    if (outcome.ok) return outcome.value
    throw outcome.errors[0]
  }

  runSync<C extends AnyCommand>(
    command: C,
    input: InputFor<C>,
    options?: CallOptions,
  ): Outcome<ValueOf<C>, ErrorsOf<C>> {
    return this.#engine.runSync(command, input, options) as Outcome<ValueOf<C>, ErrorsOf<C>>
  }

  stream<C extends AnyCommand>(
    command: C,
    input: InputFor<C>,
    options?: CallOptions,
  ): StreamedCall<ItemOf<C>, ValueOf<C>, ErrorsOf<C>> {
    return openStream(command.name, (own) => this.call(command, input, own), options)
  }

  batch<C extends AnyCommand>(
    command: C,
    inputs: Iterable<InputFor<C>>,
    options: BatchOptions = {},
  ): Promise<Outcome<ValueOf<C>, ErrorsOf<C>>[]> {
    return runBatch(this.#engine, command, inputs, options) as Promise<Outcome<ValueOf<C>, ErrorsOf<C>>[]>
  }

  async start(): Promise<readonly string[]> {
    const { ports, folder, root, mode, environment, module } = this.#setup
    const lines: string[] = []
    for (const part of this.parts) {
      const line = await part.start?.({ app: this, ports, folder, root, mode, environment, module })
      if (line) lines.push(line)
    }
    this.#started = true
    await ports.deployments.save(() => this.manifest)
    return lines
  }

  ready(): boolean {
    return this.#started && !this.#engine.closing && this.parts.every((part) => part.ready?.() ?? true)
  }

  activeCalls(): readonly ActiveCall[] {
    return this.#engine.observer?.active() ?? []
  }

  async health(): Promise<{ ok: boolean; parts: Record<string, PartHealth> }> {
    const parts: Record<string, PartHealth> = {}
    for (const part of this.parts) {
      if (part.health) parts[`${part.kind.name} ${part.name}`] = await part.health()
    }
    return { ok: !this.#engine.closing && Object.values(parts).every(({ ok }) => ok), parts }
  }

  async close({ graceMs = defaultGraceMs }: { graceMs?: number } = {}): Promise<void> {
    if (this.#engine.closing) return
    const { timers } = this.ports
    const { waits } = this.#engine
    const grace = new AbortController()
    const cancel = timers.after(graceMs, () => grace.abort())
    // Surfaces finish what they accepted before the app refuses new calls.
    await within(grace.signal, Promise.all(this.parts.map((part) => part.drain?.())))
    this.#engine.closing = true
    await within(grace.signal, this.#engine.idle())
    cancel()
    // Calls that are ended tell their callers and hooks, and roll back, before what they need is gone.
    if (waits.end('but commits')) await sleep(timers, 0)
    try {
      for (const part of this.parts.toReversed()) await part.stop?.()
    } finally {
      waits.end('all')
      this.#setup.stopObserving()
    }
  }
}

/** Waits for something, but not longer than the signal says. */
function within(over: AbortSignal, ended: Promise<unknown>): Promise<void> {
  return new Promise((resolve, reject) => {
    if (over.aborted) return resolve()
    over.addEventListener('abort', () => resolve(), { once: true })
    ended.then(() => resolve(), reject)
  })
}
