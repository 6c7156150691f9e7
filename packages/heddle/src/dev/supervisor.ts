import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Cancel, type Clock, systemClock, systemTimers, type Timers } from '@heddle/core'
import type { Out } from '../cli/out.ts'
import { WatchedFiles } from './watched-files.ts'

/** Saves come in bursts: an editor writes, renames and touches. */
const settleMs = 60
/** A child that does not end by then is ended. It was asked to end within a second. */
const killAfterMs = 3000

/** What a child process tells about itself. */
type Told = { readonly watch: string } | { readonly ready: readonly string[] }

/** How the app's process is started. */
export interface SupervisorOptions {
  readonly command: readonly string[]
  readonly cwd: string
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly out: Out
  readonly signal: AbortSignal
  readonly clock?: Clock
  readonly timers?: Timers
}

/**
 * Runs the app in a process of its own and starts it again after each save: the old process drains first, the new one
 * takes over its port. When the new code does not load, the error is printed and the next save tries again.
 */
export class Supervisor {
  readonly #options: SupervisorOptions
  readonly #clock: Clock
  readonly #timers: Timers
  readonly #files = new WatchedFiles(() => this.#changed())
  #child: ChildProcess | undefined
  #port: string | undefined
  #settling: Cancel | undefined
  #savedAt: number | undefined
  #restarting = false
  #again = false

  constructor(options: SupervisorOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
    this.#timers = options.timers ?? systemTimers
    this.#port = options.environment.PORT
  }

  /** Runs until the signal asks to end. */
  async run(file: string): Promise<void> {
    const { signal } = this.#options
    this.#files.add(file)
    this.#start()
    if (!signal.aborted) await once(signal, 'abort')
    this.#settling?.()
    this.#files.close()
    await this.#stop()
  }

  #changed(): void {
    if (this.#options.signal.aborted) return
    this.#savedAt ??= this.#clock.now()
    this.#settling?.()
    this.#settling = this.#timers.after(settleMs, () => void this.#restart())
  }

  async #restart(): Promise<void> {
    // A save during a restart is not lost: it starts once more when this one is done.
    if (this.#restarting) {
      this.#again = true
      return
    }
    this.#restarting = true
    do {
      this.#again = false
      await this.#stop()
      if (!this.#options.signal.aborted) this.#start()
    } while (this.#again)
    this.#restarting = false
  }

  #start(): void {
    const { command, cwd, environment, out } = this.#options
    const [program = process.execPath, ...args] = command
    const child = spawn(program, args, {
      cwd,
      env: { ...environment, HEDDLE_DEV: '1', ...(this.#port === undefined ? {} : { PORT: this.#port }) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#child = child
    child.on('message', (told: Told) => {
      if ('watch' in told) this.#files.add(told.watch)
      else this.#onReady(told.ready)
    })
    child.on('exit', (code) => {
      if (this.#child !== child) return
      this.#child = undefined
      this.#savedAt = undefined
      if (!this.#options.signal.aborted)
        out.line(`the app ended (${code ?? 'killed'}); it starts again after the next save`)
    })
  }

  #onReady(lines: readonly string[]): void {
    // A port that the system chose is kept: the browser's tab must find the app again.
    this.#port = this.#port === undefined || this.#port === '0' ? (portIn(lines) ?? this.#port) : this.#port
    if (this.#savedAt !== undefined) this.#options.out.line(`restarted in ${this.#clock.now() - this.#savedAt} ms`)
    this.#savedAt = undefined
  }

  async #stop(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGTERM')
    const cancel = this.#timers.after(killAfterMs, () => void child.kill('SIGKILL'))
    await ended
    cancel()
  }
}

const portIn = (lines: readonly string[]) =>
  lines.map((line) => /https?:\/\/[^\s/]+:(\d+)/.exec(line)?.[1]).find(Boolean)
