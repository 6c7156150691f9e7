import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'

/** How a server is run as a child of a test. */
export interface LocalServerOptions {
  readonly program: string
  readonly args: readonly string[]
  /** Resolves once it answers, and rejects while it does not. */
  answers(): Promise<unknown>
  /** The user it runs as, where it refuses to be root. */
  readonly uid?: number
  readonly gid?: number
}

/** A server that a test starts, stops and starts again. */
export interface LocalServer {
  start(): Promise<void>
  /** Ends it, in the orderly way by default, and waits until it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Sends a signal that it outlives, e.g. `SIGSTOP` to make it hang. */
  signal(name: NodeJS.Signals): void
}

/** A plain child process, ended by its id. What it prints is told when it does not start. */
export function localServer({ program, args, answers, uid, gid }: LocalServerOptions): LocalServer {
  let child: ChildProcess | undefined
  return {
    async start() {
      const printed: string[] = []
      const started = spawn(program, args, {
        stdio: ['ignore', 'pipe', 'pipe'],
        uid,
        gid,
        env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
      })
      child = started
      let ended = false
      for (const stream of [started.stdout, started.stderr]) stream.on('data', (data) => printed.push(String(data)))
      started.once('error', (error) => printed.push(String(error)))
      started.once('close', () => (ended = true))
      for (;;) {
        try {
          await answers()
          return
        } catch (cause) {
          if (ended) throw new Error(`${program} does not start:\n${printed.join('').slice(-2000)}`, { cause })
          await new Promise((resolve) => setTimeout(resolve, 20))
        }
      }
    },
    async stop(signal = 'SIGTERM') {
      const stopping = child
      child = undefined
      if (stopping === undefined || stopping.exitCode !== null || stopping.signalCode !== null) return
      const ended = once(stopping, 'exit')
      stopping.kill(signal)
      // One that a test made hang hears nothing before it goes on.
      stopping.kill('SIGCONT')
      await ended
    },
    signal: (name) => void child?.kill(name),
  }
}
