import { type Ports, sleep } from '@heddle/core'
import { RunRecord } from '@heddle/data'

/** How often the row of a run that somebody watches is read at most, in milliseconds (limit `runs.watch`). */
const restMs = 50
/** How often where nobody tells of changes. */
const pollMs = 250

/** Tells when a run of a tenant may have changed, in this process or another. Nothing is missed between two questions. */
export class RunChanges {
  readonly #ports: Pick<Ports, 'timers' | 'feed'>
  readonly #stop: () => void
  #isChanged = false
  #wake: () => void = () => undefined

  constructor(ports: Pick<Ports, 'timers' | 'feed'>, tenant: string) {
    this.#ports = ports
    const stop = ports.feed?.watchChanges((change) => {
      if (change.tenant !== undefined && change.tenant !== tenant) return
      if (change.entities && !change.entities.has(RunRecord.name)) return
      this.#isChanged = true
      this.#wake()
    })
    this.#stop = stop ?? (() => undefined)
  }

  /** @throws the signal's reason */
  async next(signal: AbortSignal): Promise<void> {
    const { timers, feed } = this.#ports
    if (!feed) return sleep(timers, pollMs, signal)
    // Many runs may change, of which it is not known whether this is one.
    await sleep(timers, restMs, signal)
    if (!this.#isChanged) await this.#woken(signal)
    this.#isChanged = false
  }

  stop(): void {
    this.#stop()
  }

  #woken(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const onAbort = () => reject(signal.reason as Error)
      signal.addEventListener('abort', onAbort, { once: true })
      this.#wake = () => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      }
    })
  }
}
