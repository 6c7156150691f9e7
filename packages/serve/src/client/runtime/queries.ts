import { toJsonText } from './body.ts'
import { CachedQuery, type Query } from './cached-query.ts'
import type { AnyCommand, AnyFailure, Outcome } from './types.ts'

/** How queries are asked, and how other tabs are told. */
export interface QuerySource {
  ask(command: AnyCommand, input: unknown): Promise<Outcome<unknown>>
  live(command: AnyCommand, input: unknown, signal: AbortSignal): AsyncIterable<Outcome<unknown>>
}

/** How a query is kept. */
export interface QueryOptions {
  /** How long an answer counts as new. @default '30s' */
  readonly staleAfter?: string
  /** Gets new answers pushed while somebody listens. @default false */
  readonly live?: boolean
}

/** How many answers are kept that nobody listens to. */
const mostKept = 500

/** The answers that a client keeps, each once for each query and input. */
export class Queries {
  readonly #source: QuerySource
  readonly #kept = new Map<string, CachedQuery>()
  readonly #channel: InstanceType<typeof BroadcastChannel> | undefined

  /** @param channel the name by which other tabs are told; undefined for none */
  constructor(source: QuerySource, channel: string | undefined) {
    this.#source = source
    if (channel === undefined || typeof BroadcastChannel === 'undefined') return
    this.#channel = new BroadcastChannel(channel)
    this.#channel.onmessage = ({ data }) => this.#dirty(data as readonly string[])
  }

  query(command: AnyCommand, input: unknown, options: QueryOptions): Query<unknown, AnyFailure> {
    const key = `${command.name} ${toJsonText(sorted(input))} ${options.live === true}`
    const known = this.#kept.get(key)
    const query = known ?? new CachedQuery(this.#source, command, input, options)
    // What was used last stands last.
    this.#kept.delete(key)
    this.#kept.set(key, query)
    if (!known) this.#shrink()
    return query
  }

  /** A command has changed what these queries answer. */
  changed(names: readonly string[]): void {
    this.#dirty(names)
    this.#channel?.postMessage(names)
  }

  /** Forgets every answer, because somebody else asks from now on. */
  reset(): void {
    for (const query of this.#kept.values()) query.reset()
  }

  close(): void {
    this.#channel?.close()
    for (const query of this.#kept.values()) query.close()
    this.#kept.clear()
  }

  #dirty(names: readonly string[]): void {
    for (const query of this.#kept.values()) if (names.includes(query.name)) query.dirty()
  }

  #shrink(): void {
    for (const [key, query] of this.#kept) {
      if (this.#kept.size <= mostKept) return
      if (!query.isHeard) this.#kept.delete(key)
    }
  }
}

/** The same input with its fields in order, so that it has one text. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value
  if (Array.isArray(value)) return value.map(sorted)
  const fields = value as Record<string, unknown>
  return Object.fromEntries(
    Object.keys(fields)
      .sort()
      .map((name) => [name, sorted(fields[name])]),
  )
}
