import { jittered, pause } from '../../client/runtime/host.ts'
import { eventsIn } from '../../client/runtime/lines.ts'
import type { Server } from './server.ts'

/** The server says something this often at least. */
const silenceMs = 15_000
/** The longest that is waited before the server is asked for again. */
const longestPauseMs = 3000

/** How a part of the app is doing. */
export interface PartState {
  readonly ok: boolean
  readonly detail?: unknown
}

/** How the app is doing, as the server tells it. */
export interface AppState {
  readonly app: string
  readonly manifest: string
  readonly ready: boolean
  readonly health: { readonly ok: boolean; readonly parts: Readonly<Record<string, PartState>> }
  readonly who: { readonly id: string | null; readonly tenant: string | null }
}

type Refusal = readonly { readonly code: string; readonly message: string }[]

/** Whether there is a connection: not yet, there, broken, not looked at, or not for this user. */
export type LinkState = 'connecting' | 'open' | 'gone' | 'asleep' | 'refused'

/**
 * The connection of the page: one stream that tells how the app is doing. What else is pushed is asked for anew whenever this one
 * is there again. A page that nobody looks at holds no connection, because browsers have only a few for each server.
 */
export class Link {
  readonly #server: Server
  readonly #heard: () => void
  #round: AbortController | undefined
  state: LinkState = 'connecting'
  /** Why the server refuses who is signed in; undefined where nobody is. */
  because: string | undefined
  app: AppState | undefined
  /** Grows each time that there is a connection again. */
  count = 0
  /** Ends when the connection does. */
  signal: AbortSignal = AbortSignal.abort()

  /** @param heard called when something of it is another */
  constructor(server: Server, heard: () => void) {
    this.#server = server
    this.#heard = heard
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.restart()
      else if (this.state !== 'refused') this.#sleep()
    })
  }

  /** Connects anew, e.g. as somebody else. */
  restart(): void {
    this.#round?.abort()
    const round = (this.#round = new AbortController())
    void this.#run(round.signal)
  }

  #sleep(): void {
    this.#round?.abort()
    this.#become('asleep')
  }

  async #run(round: AbortSignal): Promise<void> {
    for (let failures = 0; !round.aborted; failures++) {
      const connection = new AbortController()
      const signal = AbortSignal.any([round, connection.signal])
      try {
        if (await this.#follow(signal)) failures = 0
      } catch {
        // It cannot be reached, or broke off.
      }
      connection.abort()
      if (round.aborted) return
      if (this.state === 'refused') return
      this.#become('gone')
      await pause(jittered(Math.min(longestPauseMs, 150 * 2 ** Math.min(failures, 6))), round)
    }
  }

  /** Whether it was there for a while. */
  async #follow(signal: AbortSignal): Promise<boolean> {
    const answer = await this.#server.ask('state', signal)
    if (answer.status === 401 || answer.status === 403) return this.#refuse(await answer.text())
    if (!answer.ok || !answer.body) return false
    for await (const { name, data } of eventsIn(answer.body, silenceMs)) {
      if (signal.aborted) break
      if (name === 'errors') return this.#refuse(data)
      if (name !== 'value') continue
      const told = JSON.parse(data) as AppState
      const isNew = told.manifest !== this.#server.facts.manifest
      this.app = told
      if (this.state === 'open' && !isNew) {
        this.#heard()
        continue
      }
      await this.#server.readFacts()
      if (signal.aborted) break
      this.signal = signal
      this.count++
      this.#become('open')
    }
    return this.state === 'open'
  }

  /** @param text what the server says why: a problem, or the errors that end a stream */
  #refuse(text: string): false {
    const told = JSON.parse(text) as Refusal | { readonly errors?: Refusal }
    const [first] = 'errors' in told ? (told.errors ?? []) : (told as Refusal)
    // That nobody is signed in is no mistake.
    this.because = first?.code === 'Unauthenticated' ? undefined : first?.message
    this.#become('refused')
    return false
  }

  #become(state: LinkState): void {
    this.state = state
    this.#heard()
  }
}
