import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Contender } from '../../harness/types.ts'

/** What a service prints when it is ready: its own CPU time so far, and where it listens. */
interface Ready {
  readonly cpuMicros: number
  readonly port: number
}

/**
 * A contender that starts a service over and over; only what the service's process used until it was ready counts.
 *
 * @param isCached with a compile cache of Node, as our own tool switches it on; Nest and node:http start without one
 */
export function starting(script: string, path: string, isCached: boolean): Contender {
  const cache = mkdtempSync(join(tmpdir(), 'heddle-start-'))
  let cpuMicros = 0
  return {
    open: async () => ({
      call: (input) =>
        withService(async ({ port }) => {
          const response = await fetch(`http://127.0.0.1:${port}${path}`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify(input),
          })
          return response.json()
        }),
      answer: (given: unknown) => given,
      // What asks and waits is not the service.
      cpuNs: () => cpuMicros * 1000,
    }),
  }

  async function withService<Result>(use: (ready: Ready) => Result | Promise<Result>): Promise<Result> {
    const child = spawn(process.execPath, [script], {
      env: { ...process.env, NODE_ENV: 'production', ...(isCached && { NODE_COMPILE_CACHE: cache }) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    for await (const line of createInterface(child.stdout)) {
      if (!line.startsWith('{"cpuMicros"')) continue
      try {
        const ready = JSON.parse(line) as Ready
        cpuMicros += ready.cpuMicros
        return await use(ready)
      } finally {
        // Asked politely: Node writes its compile cache when it exits.
        child.kill('SIGTERM')
        await exited
      }
    }
    throw new Error(`${script} ended before it was ready`)
  }
}
