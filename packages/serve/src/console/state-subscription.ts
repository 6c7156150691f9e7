import { type OpenApp, sleep, toJson } from '@heddle/core'
import { entityTag } from '../http/entity-tag.ts'
import type { CallerWatch } from '../live/caller-watch.ts'
import type { LiveMessage, LiveSubscription } from '../live/live-hub.ts'

/** How often the parts of the app are asked how they are, in milliseconds. Nothing tells of that by itself. */
const lookMs = 1000

/**
 * How the app is doing, told whenever that has changed. The page keeps it open for as long as it is looked at: when it
 * breaks off, the server is gone.
 */
export class StateSubscription implements LiveSubscription {
  readonly position = undefined
  readonly #app: OpenApp
  readonly #caller: CallerWatch
  readonly #signal: AbortSignal
  #told: string | undefined
  #isOver = false

  constructor(app: OpenApp, caller: CallerWatch, signal: AbortSignal) {
    this.#app = app
    this.#caller = caller
    this.#signal = signal
  }

  async next(): Promise<LiveMessage | undefined> {
    while (!this.#isOver && !this.#signal.aborted) {
      const { refused } = this.#caller
      if (refused) {
        this.#isOver = true
        return { kind: 'errors', errors: refused }
      }
      const json = await this.#state()
      if (json !== this.#told) {
        this.#told = json
        return { kind: 'value', id: entityTag(json), json }
      }
      await sleep(this.#app.ports.timers, lookMs, this.#signal).catch(() => undefined)
    }
    return undefined
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<LiveMessage, void, void> {
    for (let message = await this.next(); message; message = await this.next()) yield message
  }

  async #state(): Promise<string> {
    const app = this.#app
    const { as, tenant } = this.#caller.current
    const health = await app.health()
    const who = { id: as?.id ?? null, tenant: tenant ?? as?.tenant ?? null }
    return JSON.stringify({
      app: app.name,
      manifest: app.manifest.hash,
      ready: app.ready(),
      health: toJson(health),
      who,
    })
  }
}
