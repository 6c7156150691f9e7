import { createHash } from 'node:crypto'
import { deserialize, serialize } from 'node:v8'
import { Defect } from '@heddle/core'
import type { SinkRecord } from '../sink/sink.ts'
import type { CellShapes } from '../state/cells.ts'
import type { Outbox, StateMark, StepState, TaskState } from '../state/state.ts'
import { PlainState } from './plain-state.ts'

interface Sent {
  readonly sink: string
  readonly epoch: number
  readonly records: readonly SinkRecord[]
}

interface Kept {
  readonly epoch: number
  readonly hash: string
  readonly steps: ReadonlyMap<string, Uint8Array>
  readonly outbox: Uint8Array
}

/** All state of a task without any cleverness, in memory, a whole copy for each epoch: the model of the real one. */
export class PlainTaskState implements TaskState {
  readonly outbox: Outbox
  readonly #open = new Map<string, PlainState>()
  #kept: Kept[] = [{ epoch: 0, hash: '', steps: new Map(), outbox: serialize([]) }]
  /** Of the steps that were not asked for since the last restore. */
  #resting = new Map<string, Uint8Array>()
  #sent: Sent[] = []
  #added = new Map<string, SinkRecord[]>()

  constructor() {
    this.outbox = this.#outbox()
  }

  step(id: string, shapes: CellShapes): StepState {
    let state = this.#open.get(id)
    if (state === undefined) this.#open.set(id, (state = new PlainState(shapes, this.#resting.get(id))))
    this.#resting.delete(id)
    return state
  }

  checkpoint(epoch: number): StateMark {
    for (const [sink, records] of this.#added) this.#sent.push({ sink, epoch, records })
    this.#added.clear()
    const steps = new Map([...this.#resting, ...[...this.#open].map(([id, state]) => [id, state.snapshot()] as const)])
    const outbox = serialize(this.#sent)
    const chain = createHash('sha256').update(this.#kept.at(-1)!.hash).update(outbox)
    for (const [id, bytes] of steps) chain.update(id).update(bytes)
    const hash = chain.digest('hex')
    this.#kept.push({ epoch, hash, steps, outbox })
    const keys = [...this.#open.values()].reduce((sum, state) => sum + state.size().keys, 0)
    return { epoch, hash, keys, bytes: [...steps.values()].reduce((sum, bytes) => sum + bytes.length, 0) }
  }

  restore(epoch: number, hash: string): void {
    const at = this.#kept.findIndex((kept) => kept.epoch === epoch)
    const kept = this.#kept[at]
    if (kept === undefined) throw new Defect('Internal', { traceId: `no epoch ${epoch}` })
    if (kept.hash !== hash) throw new Defect('Internal', { traceId: `another hash in epoch ${epoch}` })
    this.#kept.length = at + 1
    this.#open.clear()
    this.#resting = new Map(kept.steps)
    this.#sent = deserialize(kept.outbox) as Sent[]
    this.#added.clear()
  }

  kept(): readonly number[] {
    return this.#kept.map(({ epoch }) => epoch)
  }

  forget(before: number): void {
    const newest = this.#kept.at(-1)!
    this.#kept = this.#kept.filter((kept) => kept.epoch >= before || kept === newest)
  }

  drop(step: string): void {
    this.#open.delete(step)
    this.#resting.delete(step)
  }

  rename(from: string, to: string): void {
    const bytes = this.#resting.get(from)
    if (bytes !== undefined) this.#resting.set(to, bytes)
    this.#resting.delete(from)
  }

  migrate(): number {
    throw new Error('the model does not migrate')
  }

  steps(): readonly string[] {
    return [...this.#resting.keys(), ...this.#open.keys()].toSorted()
  }

  close(): void {
    this.#open.clear()
  }

  #outbox(): Outbox {
    const added = () => this.#added
    const sent = (sink: string) => this.#sent.filter((one) => one.sink === sink)
    return {
      add(sink, { value, key, time, weight, id }) {
        const records = added().get(sink) ?? []
        records.push({ value, key, time, weight, id })
        added().set(sink, records)
      },
      get size() {
        return [...added().values()].reduce((sum, records) => sum + records.length, 0)
      },
      read: (sink, epoch) => sent(sink).flatMap((one) => (one.epoch === epoch ? [one.records] : [])),
      epochs: (sink) => sent(sink).map(({ epoch }) => epoch),
      delivered: (sink, epoch) => {
        this.#sent = this.#sent.filter((one) => one.sink !== sink || one.epoch !== epoch)
      },
    }
  }
}
