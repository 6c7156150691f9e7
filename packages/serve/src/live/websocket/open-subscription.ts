import { type AnyFailure, systemFailure } from '@heddle/core'
import type { CallerWatch } from '../caller-watch.ts'
import type { Heartbeats } from '../heartbeats.ts'
import type { LiveHub, LiveMessage, LiveSubscription, Subscription } from '../live-hub.ts'
import { answers } from './answers.ts'
import type { FrameId, SubscribeFrame } from './frame.ts'
import type { Outbox } from './outbox.ts'

/** What a subscription of a connection is made with. */
export interface SubscriptionSetup {
  /** Undefined where the app keeps no events. */
  readonly hub: LiveHub | undefined
  readonly heartbeats: Heartbeats
  /** The name of the surface. */
  readonly surface: string
  readonly outbox: Outbox
}

/** A subscription that is open for a connection. */
export class OpenSubscription {
  readonly kind = 'subscription'
  readonly #setup: SubscriptionSetup
  readonly #frame: SubscribeFrame
  readonly #controller = new AbortController()

  constructor(setup: SubscriptionSetup, frame: SubscribeFrame) {
    this.#setup = setup
    this.#frame = frame
  }

  /** Ends it; its last frame says so. */
  cancel(): void {
    this.#controller.abort()
  }

  /** Sends what there is to tell, as fast as the client reads, until it is over. */
  async run(caller: CallerWatch): Promise<void> {
    const { hub, surface, outbox } = this.#setup
    const { id, what, last, tenant } = this.#frame
    if (!hub) return this.#fail(nothingPushed(what))
    const { signal } = this.#controller
    const seen = tenant === undefined ? caller : inTenant(caller, tenant)
    const opened = await hub.subscribe(what, {
      caller: seen,
      signal,
      surface,
      ...(last !== undefined && { lastId: last }),
    })
    if (!opened.ok) return void outbox.send(answers.errors(id, opened.errors, caller.current.isOperator))
    if (what.kind === 'query') return this.#tell(opened.value, caller)
    const stop = this.#tellPosition(opened.value)
    await this.#tell(opened.value, caller)
    stop()
  }

  async #tell(subscription: LiveSubscription, caller: CallerWatch): Promise<void> {
    const { outbox } = this.#setup
    for (;;) {
      const message = await subscription.next()
      if (!message) return this.#fail(systemFailure('Cancelled'))
      const behind = outbox.send(frameOf(this.#frame.id, message, caller.current.isOperator))
      if (message.kind === 'errors') return
      // Who reads slowly is asked for later, and is told the newest then.
      if (behind) await behind
    }
  }

  /**
   * Tells where to go on before there is an event, and from time to time where others came that were none of its own: a
   * client whose connection breaks has not to ask for all of them again.
   */
  #tellPosition(subscription: LiveSubscription): () => void {
    const { heartbeats, outbox } = this.#setup
    let told: string | undefined
    const tell = () => {
      const { position } = subscription
      if (position === undefined || position === told || outbox.behind) return
      told = position
      outbox.send(answers.position(this.#frame.id, position))
    }
    tell()
    return heartbeats.add(tell)
  }

  #fail(failure: AnyFailure): void {
    this.#setup.outbox.send(answers.errors(this.#frame.id, [failure]))
  }
}

function frameOf(id: FrameId, message: LiveMessage, isOperator: boolean | undefined): string {
  if (message.kind === 'errors') return answers.errors(id, message.errors, isOperator, message.id)
  return answers.told(id, message.id, message.kind, message.json)
}

const nothingPushed = (what: Subscription): AnyFailure =>
  systemFailure('InvalidOption', {
    option: 'subscribe',
    value: what.kind === 'query' ? what.query : what.on.join(', '),
    expected: 'an app without a database pushes nothing',
  })

/** The same caller in another of its tenants. */
function inTenant(caller: CallerWatch, tenant: string): CallerWatch {
  return {
    get current() {
      return { ...caller.current, tenant }
    },
    get refused() {
      return caller.refused
    },
    onChange: (heard) => caller.onChange(heard),
    stop: () => caller.stop(),
  }
}
