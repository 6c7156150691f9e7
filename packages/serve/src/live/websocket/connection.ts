import type { Socket } from 'node:net'
import { type AnyFailure, type DecodeLimits, Failure, type OpenApp, systemFailure } from '@heddle/core'
import type { WebSocket } from 'ws'
import type { RateStanding } from '../../access/rate-limits.ts'
import type { KnownCaller } from '../../http/call-endpoint.ts'
import type { CountRefusal } from '../../http/count-refusals.ts'
import type { HttpRequest } from '../../http/exchange.ts'
import { internalFailure } from '../../http/internal-failure.ts'
import type { CallerWatch } from '../caller-watch.ts'
import type { Heartbeats } from '../heartbeats.ts'
import type { LiveHub } from '../live-hub.ts'
import { answers } from './answers.ts'
import { closing } from './closing.ts'
import { ConnectionCaller } from './connection-caller.ts'
import { Downloads } from './downloads.ts'
import {
  type CallFrame,
  type Frame,
  type FrameId,
  readFrame,
  refused,
  type RefusedFrame,
  type SubscribeFrame,
} from './frame.ts'
import type { WebSocketLimits } from './limits.ts'
import { OpenCall } from './open-call.ts'
import { OpenSubscription } from './open-subscription.ts'
import { Outbox } from './outbox.ts'
import type { Served } from './served.ts'
import type { UpgradeRequest } from './upgrade-request.ts'
import { Uploads } from './uploads.ts'

/** What all connections of a surface have in common. */
export interface ConnectionSetup {
  readonly app: OpenApp
  /** The name of the surface. */
  readonly surface: string
  readonly limits: Required<WebSocketLimits & DecodeLimits>
  readonly find: (name: string) => Served | undefined
  /** Undefined where the app keeps no events. */
  readonly hub: () => LiveHub | undefined
  /** Finds out who sends a request, and whether that lasts. Never rejects. */
  readonly identify: (request: HttpRequest) => Promise<CallerWatch | AnyFailure>
  readonly heartbeats: Heartbeats
  readonly rates: ((request: HttpRequest) => RateStanding) | undefined
  readonly countRefusal: CountRefusal
}

/** Something that goes on for an id. */
interface Operation {
  readonly kind: 'call' | 'subscription'
  cancel(): void
}

/** A client that is connected: reads its frames in their order, and runs what they ask for side by side. */
export class Connection {
  readonly #setup: ConnectionSetup
  readonly #ws: WebSocket
  readonly #outbox: Outbox
  readonly #uploads: Uploads
  readonly #downloads: Downloads
  readonly #caller: ConnectionCaller
  readonly #open = new Map<FrameId, Operation>()
  #request: UpgradeRequest
  #calls = 0
  #subscriptions = 0
  #holds = 0
  /** Frames that came while it is found out who sends them; undefined while it is known. */
  #waiting: [frame: Buffer, isBinary: boolean][] | undefined
  /** Why the credentials of a stranger were refused: it is not let in as a stranger then, here no more than over HTTP. */
  #turnedAway: AnyFailure | undefined
  #isDraining = false

  constructor(setup: ConnectionSetup, ws: WebSocket, socket: Socket, request: UpgradeRequest, caller: CallerWatch) {
    this.#setup = setup
    this.#ws = ws
    this.#request = request
    this.#caller = new ConnectionCaller(caller)
    this.#caller.onChange(() => this.#closeWhenRefused())
    this.#outbox = new Outbox(ws, socket, () => this.#hold())
    this.#uploads = new Uploads(this.#outbox)
    this.#downloads = new Downloads(this.#outbox, setup.app.ports)
    ws.on('message', (frame: Buffer, isBinary: boolean) => this.#receive(frame, isBinary))
    ws.on('close', () => this.#end())
    // What breaks the protocol is answered by the library: it closes with the code that the standard has for it.
    ws.on('error', () => undefined)
  }

  /** Takes no new work, and closes when what runs has ended. */
  drain(): void {
    this.#isDraining = true
    this.#closeWhenIdle()
  }

  /** Nobody may use it any more. */
  close(code: number, reason: string): void {
    this.#end()
    this.#ws.close(code, reason)
  }

  #end(): void {
    this.#caller.stop()
    for (const operation of this.#open.values()) operation.cancel()
  }

  #closeWhenRefused(): void {
    const { refused: errors } = this.#caller
    if (errors) this.close(closing.revoked, errors[0]?.code ?? 'Unauthenticated')
  }

  #closeWhenIdle(): void {
    if (this.#isDraining && this.#calls === 0) this.close(closing.goingAway, 'ShuttingDown')
  }

  /** Stops reading, until what it gives is called. */
  #hold(): () => void {
    if (this.#holds++ === 0) this.#ws.pause()
    return () => void (--this.#holds === 0 && this.#ws.resume())
  }

  #receive(frame: Buffer, isBinary: boolean): void {
    if (this.#ws.readyState !== this.#ws.OPEN) return
    if (this.#waiting) this.#waiting.push([frame, isBinary])
    else if (isBinary) this.#receiveBytes(frame)
    else this.#act(readFrame(frame, this.#setup.limits))
  }

  #receiveBytes(frame: Buffer): void {
    const failure = this.#uploads.take(frame)
    if (failure) this.#refuse({ kind: 'refused', id: null, errors: [failure] })
  }

  #act(frame: Frame): void {
    switch (frame.kind) {
      case 'call':
        return this.#begin(frame)
      case 'subscribe':
        return this.#subscribe(frame)
      case 'cancel':
        return this.#cancel(frame.id)
      case 'authorization':
        return void this.#authorize(frame.authorization)
      case 'more':
        return this.#downloads.allow(frame.file, frame.more)
      case 'refused':
        return this.#refuse(frame)
    }
  }

  /** Answers as to a call that failed, unless that would be taken for the end of something else. */
  #refuse({ id, errors }: RefusedFrame, command?: string): void {
    this.#setup.countRefusal(errors[0]!, command)
    const isEnd = id !== null && !this.#open.has(id)
    this.#outbox.send(isEnd ? answers.errors(id, errors) : answers.refused(id, errors))
  }

  #begin(frame: CallFrame): void {
    const { id } = frame
    const failure = this.#obstacle(id) ?? reached('live.calls', this.#calls, this.#setup.limits.maxCalls)
    if (failure) return this.#refuse({ kind: 'refused', id, errors: [failure] })
    const served = this.#setup.find(frame.call)
    const errors = (failed: AnyFailure) => this.#refuse({ kind: 'refused', id, errors: [failed] }, served?.command.name)
    if (!served) return errors(systemFailure('UnknownCommand', { name: frame.call }))

    const files = served.uploads ? this.#uploads.place(frame.input, served.uploads) : []
    if (files instanceof Failure) return errors(files)
    const { app, surface } = this.#setup
    const call = new OpenCall({ app, surface, outbox: this.#outbox, downloads: this.#downloads }, frame)
    this.#open.set(id, call)
    this.#calls++
    void this.#settled(id, this.#run(served, frame, call)).then(() => {
      this.#open.delete(id)
      this.#calls--
      if (files.length > 0) this.#uploads.end(files)
      this.#closeWhenIdle()
    })
  }

  async #run(served: Served, { id, input }: CallFrame, call: OpenCall): Promise<void> {
    const caller = this.#caller.current
    const limited = this.#setup.rates && (await this.#countCall(this.#setup.rates(this.#request), caller))
    if (!limited) return call.run(served, input, caller)
    this.#setup.countRefusal(limited, served.command.name)
    this.#outbox.send(answers.errors(id, [limited]))
  }

  #subscribe(frame: SubscribeFrame): void {
    const { id, what } = frame
    const { limits, hub, heartbeats, surface, find } = this.#setup
    const failure =
      this.#obstacle(id) ?? reached('live.connectionSubscriptions', this.#subscriptions, limits.maxSubscriptions)
    if (failure) return this.#refuse({ kind: 'refused', id, errors: [failure] })
    if (what.kind === 'query' && !find(what.query)) {
      return this.#refuse({ kind: 'refused', id, errors: [systemFailure('UnknownCommand', { name: what.query })] })
    }
    const subscription = new OpenSubscription({ hub: hub(), heartbeats, surface, outbox: this.#outbox }, frame)
    this.#open.set(id, subscription)
    this.#subscriptions++
    void this.#settled(id, this.#follow(id, subscription)).then(() => {
      this.#open.delete(id)
      this.#subscriptions--
    })
  }

  async #follow(id: FrameId, subscription: OpenSubscription): Promise<void> {
    const { rates, countRefusal } = this.#setup
    const limited = rates && (await this.#countCall(rates(this.#request), this.#caller.current))
    if (!limited) return subscription.run(this.#caller)
    countRefusal(limited)
    this.#outbox.send(answers.errors(id, [limited]))
  }

  /** A mistake of ours ends what it concerns and nothing else. */
  async #settled(id: FrameId, work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (thrown) {
      this.#outbox.send(answers.errors(id, [internalFailure(this.#setup.app.ports, thrown)]))
    }
  }

  async #countCall(standing: RateStanding, { as }: KnownCaller): Promise<AnyFailure | undefined> {
    return (await standing.countSender()) ?? standing.countCaller(as)
  }

  /** Why nothing can begin under an id now. */
  #obstacle(id: FrameId): AnyFailure | undefined {
    if (this.#isDraining) return systemFailure('ShuttingDown')
    if (this.#open.has(id)) return refused(id, 'its id stands for something that is still open').errors[0]
    return this.#turnedAway
  }

  #cancel(id: FrameId): void {
    const operation = this.#open.get(id)
    if (operation) return operation.cancel()
    // It may have ended while this was on its way, and its id may have been the last that was heard of it.
    const { errors } = refused(id, 'nothing is open under its id')
    this.#outbox.send(answers.refused(id, errors))
  }

  async #authorize(authorization: string): Promise<void> {
    this.#waiting = []
    const release = this.#hold()
    const request = this.#request.withAuthorization(authorization)
    const caller = await this.#setup.identify(request)
    // It may have gone in the meantime.
    const isOpen = this.#ws.readyState === this.#ws.OPEN
    if (caller instanceof Failure) {
      if (!this.#caller.current.as) this.#turnedAway = caller
      this.#refuse({ kind: 'refused', id: null, errors: [caller] })
    } else if (isOpen) {
      this.#turnedAway = undefined
      this.#request = request
      this.#caller.become(caller)
      this.#outbox.send(JSON.stringify({ principal: caller.current.as?.id ?? null }))
    } else caller.stop()
    const waiting = this.#waiting
    this.#waiting = undefined
    release()
    for (const [frame, isBinary] of waiting) this.#receive(frame, isBinary)
  }
}

/** Why there is no place for one more. */
const reached = (name: string, count: number, limit: number): AnyFailure | undefined =>
  count < limit ? undefined : systemFailure('LimitReached', { name, limit })
