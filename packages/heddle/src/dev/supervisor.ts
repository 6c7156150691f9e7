import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type Cancel, type Clock, systemClock, systemTimers, type Timers } from '@heddle/core'
import type { Out } from '../cli/out.ts'
import { WatchedFiles } from './watched-files.ts'

/** Saves come in bursts: an editor writes, renames and touches. */
const settleMs = 60
/** A child that does not end by then is ended. It was asked to end within a second. */
const killAfterMs = 3000

/** What a child process tells about itself; the files of plans are taken up by it, where they fit. */
type Told =
  | { readonly watch: string }
  | { readonly ready: readonly string[]; readonly plans?: readonly string[] }
  | { readonly plans: readonly string[] }
  /** The plans are sound, and only an app that starts can take them up. */
  | { readonly anew: true }

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
  readonly #files = new WatchedFiles((file) => this.#changed(file))
  #child: ChildProcess | undefined
  #port: string | undefined
  #settling: Cancel | undefined
  #savedAt: number | undefined
  /** The files of plans that the app has. */
  #plans: ReadonlySet<string> = new Set()
  #mustRestart = false
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

  #changed(file: string): void {
    if (this.#options.signal.aborted) return
    if (!this.#plans.has(file)) this.#mustRestart = true
    this.#savedAt ??= this.#clock.now()
    this.#settling?.()
    this.#settling = this.#timers.after(settleMs, () => this.#takeUp())
  }

  /** Plans are taken up by the process that runs; all else needs a new one. */
  #takeUp(): void {
    if (this.#mustRestart || !this.#child) return void this.#restart()
    this.#savedAt = undefined
    this.#child.send({ reload: true })
  }

  async #restart(): Promise<void> {
    // A save during a restart is not lost: it starts once more when this one is done.
    if (this.#restarting) {
      this.#again = true
      return
    }
    this.#restarting = true
    this.#mustRestart = false
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
      if ('watch' in told) return this.#files.add(told.watch)
      if ('anew' in told) return this.#startAnew()
      if (told.plans) this.#watchPlans(told.plans)
      if ('ready' in told) this.#onReady(told.ready)
    })
    child.on('exit', (code) => {
      if (this.#child !== child) return
      this.#child = undefined
      this.#savedAt = undefined
      if (!this.#options.signal.aborted)
        out.line(`the app ended (${code ?? 'killed'}); it starts again after the next save`)
    })
  }

  #startAnew(): void {
    this.#savedAt = this.#clock.now()
    void this.#restart()
  }

  #watchPlans(plans: readonly string[]): void {
    this.#plans = new Set(plans)
    for (const file of plans) this.#files.add(file)
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
