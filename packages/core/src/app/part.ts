import type { AnyCommand } from '../command/types.ts'
import type { Json } from '../manifest/json.ts'
import type { Manifest } from '../manifest/manifest.ts'
import type { Verdict } from '../check/verdict.ts'
import type { Port } from '../ports/port.ts'
import type { Ports } from '../ports/ports.ts'
import type { Observation } from '../telemetry/telemetry.ts'
import type { OpenApp } from './app.ts'

/** The sections of one kind in a manifest, by the parts' names. */
export type Sections = Readonly<Record<string, Json>>

/** What `heddle check` hands to a part kind: both manifests, and the deployed system's database where there is one. */
export interface Comparison {
  readonly before: Sections
  readonly after: Sections
  readonly beforeManifest: Manifest
  readonly afterManifest: Manifest
  readonly ports?: Ports
  /** The folder of the migration files that go out with the new app, where it is at hand. */
  readonly migrations?: string
  /** The parts of the new app, for kinds that try their code. */
  readonly parts?: readonly Part[]
  /** Calls a command of the deployed app, where a process serves it. @throws {Failure} what the command ends with */
  readonly ask?: (command: string, input: Json) => Promise<Json>
}

/** A kind of part, and how two of its states are compared. Core names no kind but its own. */
export interface PartKind {
  readonly name: string
  compare(comparison: Comparison): readonly Verdict[] | Promise<readonly Verdict[]>
}

/** What a part is handed when the app starts. */
export interface Host {
  readonly app: OpenApp
  readonly ports: Ports
  /** The folder that holds the app's data, e.g. `.heddle`. */
  readonly folder: string
  /** The folder of the app itself, from which the relative paths in its declaration count. */
  readonly root: string
  /** `development` applies additive changes by itself; `production` refuses to start instead. */
  readonly mode: 'development' | 'production'
  /** The environment's variables, e.g. `PORT`. */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** The URL of the module whose default export is the app, where it is known. */
  readonly module?: string
}

/** What a part is handed when it is opened: the app itself is not there yet, but all that it consists of is known. */
export type OpeningHost = Omit<Host, 'app'> & {
  readonly parts: readonly Part[]
  /** Which app opens it, unless it is opened alone. */
  readonly opener?: Opener
}

/** What a part is handed that finds out what it consists of: no part is open, and the ports are those that were given. */
export type DiscoveringHost = Omit<Host, 'app'> & { readonly opener: Opener }

/** The app that opens a part. */
export interface Opener {
  readonly name: string
  /** The names that it had before. */
  readonly formerly: readonly string[]
}

/** How a part is doing, for `/health`. */
export interface PartHealth {
  readonly ok: boolean
  readonly detail?: Json
}

/** A thing an app consists of. It declares; nothing starts before `open` and `start`. */
export interface Part {
  readonly kind: PartKind
  readonly name: string
  /** Its section of the manifest. */
  describe(): Json
  /** Parts of its own, e.g. the entity of a repository. */
  readonly parts?: readonly Part[]
  /** Commands of its own, e.g. what a handler runs. */
  readonly commands?: readonly AnyCommand[]
  /** What it starts works inside the app, e.g. a handler of events: tests and simulations start it too. @default false */
  readonly inside?: boolean
  /**
   * The same part with a state of its own. An app takes one each time it is opened, so that a part that holds something
   * while it is open can be opened many times at once; what declares it holds nothing.
   */
  instance?(): Part
  /**
   * Finds out what it consists of, where that is told elsewhere and not where it is declared, e.g. by the manifest of
   * another app, and gives the part with it. Runs before anything else of the app, and where tools show what there is.
   */
  discover?(host: DiscoveringHost): Part | Promise<Part>
  /**
   * Says what is to be observed. Asked before any part is opened, so that each can lay out what is observed and nothing
   * else.
   */
  observe?(host: Omit<Host, 'app'> & { readonly name: string }): Observation | Promise<Observation>
  /** Opens what calls need (files, connections). Runs before any call, in the order of the parts; gives core's ports that it provides. */
  open?(host: OpeningHost): Partial<Ports> | void | Promise<Partial<Ports> | void>
  /** Learns in which app it is, as soon as every part is open; before any call. */
  opened?(app: OpenApp): void
  /** The service of a port that this part provides. */
  readonly provides?: { readonly port: Port; readonly service: unknown }
  /**
   * The same part for tests and simulation: in memory, on one thread, time from the ports. A part that reaches outside
   * and has no twin is refused by `simulate`.
   */
  simulated?(): Part
  /** Begins to serve. Runs after every part is open. A line it returns is printed, e.g. where to look. */
  start?(host: Host): string | void | Promise<string | void>
  /** Whether it can take work. @default true after start */
  ready?(): boolean
  health?(): PartHealth | Promise<PartHealth>
  /** Takes no new work and waits for what runs. */
  drain?(): void | Promise<void>
  /** Frees everything. Runs in reverse order. */
  stop?(): void | Promise<void>
}

/** Whether a value is a part. */
export function isPart(value: unknown): value is Part {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    'describe' in value &&
    typeof value.kind === 'object' &&
    typeof value.describe === 'function'
  )
}
