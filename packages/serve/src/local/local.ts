import type { Part } from '@heddle/core'
import { surfaceKind } from '../http/surface-kind.ts'
import type { McpServing } from '../mcp/options.ts'
import { type LocalListener, listenLocally } from './listen-locally.ts'

/** How the socket is served. */
export interface LocalOptions {
  /** What agents find that come through it, as `heddle mcp` does, e.g. documents. */
  readonly mcp?: McpServing
}

/**
 * Lets other processes of the same user call a started app through the socket in its data folder, as the command line
 * does while a server owns the folder.
 *
 * @example app('bank', { parts: [bank, http(), local()] })
 */
export function local({ mcp = {} }: LocalOptions = {}): Part {
  const declared = {
    kind: surfaceKind,
    name: 'local',
    describe: () => ({ surface: 'local', commands: 'all', routes: {} }),
  }
  let listener: LocalListener | undefined
  return {
    ...declared,
    simulated: () => declared,
    async start({ app, folder }) {
      listener = await listenLocally(app, folder, mcp)
    },
    health: () => ({ ok: listener !== undefined, detail: { path: listener?.path ?? null } }),
    drain: () => listener?.drain(),
    async stop() {
      await listener?.close()
      listener = undefined
    },
  }
}
