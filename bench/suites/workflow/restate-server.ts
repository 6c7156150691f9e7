import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { freePort } from '../../../scripts/services/free-port.ts'
import { folderInMemory } from '../../harness/folder.ts'
import { NotHere } from '../../harness/not-here.ts'

/** A Restate server of one's own. */
export interface RestateServer {
  readonly pid: number
  /** Where workflows are started. */
  readonly ingress: string
  /** Where it keeps what it knows. */
  readonly folder: string
  /** Tells it who serves the workflows. */
  register(uri: string): Promise<void>
  stop(): Promise<void>
}

/** Starts a server as it is shipped, with one name for itself and its files in memory. */
export async function startRestate(): Promise<RestateServer> {
  const program = programOf()
  const folder = folderInMemory()
  const [ingress, admin, fabric] = [await freePort(), await freePort(), await freePort()]
  const child = spawn(program, ['--no-logo', '--base-dir', folder, '--node-name', 'bench', '--listen-mode', 'tcp'], {
    env: {
      ...process.env,
      RESTATE_BIND_PORT: String(fabric),
      RESTATE_INGRESS__BIND_PORT: String(ingress),
      RESTATE_ADMIN__BIND_PORT: String(admin),
      RESTATE_BIND_IP: '127.0.0.1',
      RESTATE_DISABLE_TELEMETRY: 'true',
      RESTATE_LOG_FILTER: 'error',
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  await until(`http://127.0.0.1:${admin}/health`)
  await until(`http://127.0.0.1:${ingress}/restate/health`)
  return {
    pid: child.pid!,
    ingress: `http://127.0.0.1:${ingress}`,
    folder,
    async register(uri) {
      const response = await fetch(`http://127.0.0.1:${admin}/deployments`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ uri }),
      })
      if (!response.ok) throw new Error(`Restate refuses ${uri}: ${await response.text()}`)
    },
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

function programOf(): string {
  if (!existsSync('/proc/self/stat')) throw new NotHere('without /proc nobody can tell what CPU time a server takes')
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`
  try {
    return createRequire(import.meta.url).resolve(name)
  } catch {
    throw new NotHere(`Restate has no server for ${process.platform} on ${process.arch}`)
  }
}

/** Waits until an address answers, for 30 seconds at most. */
async function until(url: string): Promise<void> {
  for (const end = Date.now() + 30_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const response = await fetch(url).catch(() => undefined)
    await response?.arrayBuffer()
    if (response?.ok) return
  }
  throw new Error(`${url} does not answer`)
}
