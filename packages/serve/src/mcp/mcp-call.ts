import type { ServerContext } from '@modelcontextprotocol/server'
import {
  type AnyFailure,
  type CallOptions,
  type Outcome,
  outgoingOutcome,
  type Progress,
  systemFailure,
} from '@heddle/core'
import type { KnownCaller } from '../http/call-endpoint.ts'
import { type FilesInJson, filesInJson } from '../http/file/inline-files.ts'
import type { Catalog } from './catalog.ts'
import type { ToldLogs } from './told-logs.ts'
import { toldProgress } from './told-progress.ts'
import type { ToolEntry } from './tool.ts'

/** The name that calls by this surface have in metrics. */
export const surfaceName = 'mcp'

/** One call for a client: what comes on its way, and its answer as text. */
export class McpCall {
  readonly #catalog: Catalog
  readonly #entry: ToolEntry
  readonly #caller: KnownCaller
  readonly #ctx: ServerContext
  /** JSON of the items that came: also what failed tells those that came before. */
  readonly items: string[] = []
  /** Ends a call whose items are too many. */
  readonly #tooMany = new AbortController()

  readonly #logs: ToldLogs | undefined
  readonly #files: FilesInJson | undefined

  /** @param logs where the client wants to hear what is logged about it */
  constructor(catalog: Catalog, entry: ToolEntry, caller: KnownCaller, ctx: ServerContext, logs?: ToldLogs) {
    this.#logs = logs
    this.#catalog = catalog
    this.#entry = entry
    this.#caller = caller
    this.#ctx = ctx
    const limit = catalog.options.maxFileBytes
    this.#files = filesInJson(entry.command.output, { name: 'mcp.maxFileBytes', limit })
  }

  async run(input: unknown, said: CallOptions = {}): Promise<Outcome<unknown, AnyFailure>> {
    const { command, outgoing, isStreamed } = this.#entry
    const { as, tenant, credentials, from = 'json' } = this.#caller
    const { signal } = this.#ctx.mcpReq
    const outcome = await this.#catalog.app.callByName(command.name, input, {
      as,
      tenant,
      credentials,
      from,
      surface: surfaceName,
      signal: isStreamed ? AbortSignal.any([signal, this.#tooMany.signal]) : signal,
      ...said,
      ...this.#told(),
    })
    this.#logs?.ended(command.name, outcome)
    const leaving = outgoing ? outgoingOutcome(outgoing, outcome) : outcome
    return this.#files ? this.#files.outcome(leaving) : leaving
  }

  /** The value of the call as JSON; of a streamed answer with all its items. */
  json(value: unknown): string {
    const { encodeValue, isStreamed } = this.#entry
    if (!isStreamed) return encodeValue(value) ?? 'null'
    const last = value === undefined ? '' : `,"value":${encodeValue(value)}`
    return `{"items":[${this.items.join(',')}]${last}}`
  }

  /** Where nobody wants to hear of it, nothing is made of progress; items are kept all the same. */
  #told(): Pick<CallOptions, 'onItem' | 'onProgress' | 'onLog'> {
    const { isStreamed, outgoing, encodeItem } = this.#entry
    const token = this.#ctx.mcpReq._meta?.progressToken
    const told = token === undefined ? undefined : toldProgress(token, this.#ctx.mcpReq.notify)
    const { maxItems } = this.#catalog.options
    const onItem = (item: unknown) => {
      const json = encodeItem(outgoing ? outgoing.item(item) : item) ?? 'null'
      if (this.items.length === maxItems) return this.#tooMany.abort(tooMany(maxItems))
      this.items.push(json)
      return told?.item(json)
    }
    return {
      ...(told && { onProgress: (progress: Progress) => told.progress(progress) }),
      ...(isStreamed && { onItem: this.#files ? this.#files.items(onItem) : onItem }),
      ...(this.#logs?.onLog && { onLog: this.#logs.onLog }),
    }
  }
}

const tooMany = (limit: number) => systemFailure('LimitReached', { name: 'mcp.maxItems', limit })
