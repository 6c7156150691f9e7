import { app, memoryLog, type OpenApp } from '@heddle/core'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { RemoteOptions } from '../src/remote/options.ts'
import { remote } from '../src/remote/remote.ts'

/** An app in a process of its own. */
export interface OtherApp {
  /** The next line that it writes. */
  word(): Promise<string>
  kill(): Promise<unknown>
}

/**
 * Starts an app in a process of its own, whose first line is its address, and one here that calls it.
 *
 * @param name of the app; `<name>.child.ts` beside this file starts it
 */
export async function besideOther(
  name: string,
  { args = [], ...options }: Omit<RemoteOptions, 'manifest'> & { readonly args?: readonly string[] },
  use: (shop: OpenApp, other: OtherApp) => Promise<void>,
): Promise<void> {
  const file = join(import.meta.dirname, `${name}.child.ts`)
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const words = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const folder = await mkdtemp(join(tmpdir(), `heddle-${name}-`))
  const word = async () => (await words.next()).value as string
  try {
    const manifest = `${await word()}/_heddle/manifest.json`
    const part = remote(name, { manifest, allowPrivate: true, ...options })
    const shop = await app('shop', { parts: [part] }).open({ folder, ports: { log: memoryLog() } })
    await use(shop, {
      word,
      kill: () => {
        const exited = once(child, 'exit')
        child.kill('SIGKILL')
        return exited
      },
    })
    await shop.close()
  } finally {
    child.kill('SIGKILL')
    await rm(folder, { recursive: true })
  }
}
