import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Manifest } from '@heddle/core'

/** A server in another process, for a client to call. */
export interface ClientServed {
  readonly url: string
  readonly manifest: Manifest
  close(): void
}

/** Starts it. */
export async function clientServed(): Promise<ClientServed> {
  const child = fork(fileURLToPath(new URL('./client-server.ts', import.meta.url)))
  const [told] = (await once(child, 'message')) as [Omit<ClientServed, 'close'>]
  return { ...told, close: () => child.disconnect() }
}
