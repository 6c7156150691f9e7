import { type Cancel, CommitConflict, type Json } from '@heddle/core'
import type { Write } from '@heddle/data'
import type { Checkpoint } from './checkpoint.ts'
import { countsOf } from './counts.ts'
import { type Graph, takesEpochs } from './graph.ts'
import type { Lanes } from './lanes.ts'
import type { Letters, TakenLetters } from './letters.ts'
import type { SinkNode } from './sink-node.ts'
import type { MadeCheckpoint, TaskSetup } from './task-setup.ts'

/** How often a checkpoint is committed anew after conflicts (limit `job.conflicts`). */
const attempts = 5

/**
 * Makes the checkpoints of a task. One holds the positions of the sources, the state, and what goes out:
 *
 * 1. files that sinks have written aside are made durable;
 * 2. the state file commits the epoch, with the records that sinks take as whole epochs;
 * 3. one commit of the app's database holds positions, epoch, hash of the state file, dead letters and the rows of sinks in
 *    that database: from here on the epoch counts;
 * 4. what was aside is finished, and the kept records go out.
 *
 * A process that dies before 3 goes on from the epoch before, and the state file takes back what it has too much. One that
 * dies behind it does 4 again: a sink that has the epoch already is told nothing twice.
 *
 * Source: Carbone et al., Lightweight Asynchronous Snapshots for Distributed Dataflows, 2015; the write-ahead of outputs as in
 * Akidau et al., MillWheel, 2013.
 */
export class Checkpoints {
  /** The epoch at work. */
  epoch: number
  isDue = false
  last: MadeCheckpoint | undefined
  /** The sink that is being given what a checkpoint keeps for it, and since when: none is made before it has that. */
  delivering: { readonly sink: string; readonly since: number } | undefined
  readonly #setup: TaskSetup
  readonly #graph: Graph
  readonly #letters: Letters
  readonly #lanes: Lanes
  readonly #wake: () => void
  #hasChanges = false
  #cancel: Cancel = () => {}
  #isStopped = false
  /** The commit that is on its way; records of the next epoch are worked on meanwhile. */
  #committing: Promise<void> = Promise.resolve()
  #delivering: Promise<void> = Promise.resolve()
  #failure: { readonly cause: unknown } | undefined

  constructor(setup: TaskSetup, graph: Graph, letters: Letters, lanes: Lanes, wake: () => void) {
    this.#setup = setup
    this.#graph = graph
    this.#letters = letters
    this.#lanes = lanes
    this.#wake = wake
    this.epoch = Math.max(setup.restored?.epoch ?? 0, setup.lastEpoch ?? 0) + 1
    // Until it is made, the state counts as that of the plan before, with which the next plan would be compared.
    if (setup.isChanged) this.#hasChanges = this.isDue = true
  }

  /** Finishes what the last process could not, before anything is read. */
  async recover(): Promise<void> {
    const { restored } = this.#setup
    for (const { name, open, sink } of this.#graph.sinks) {
      if (sink.delivery !== 'staged') continue
      const staged = restored?.staged[name]
      await open.discard?.(staged)
      if (staged !== undefined) await open.finish?.(staged)
    }
    await this.#deliver()
  }

  begin(): void {
    const { ports, settings } = this.#setup
    this.#cancel = ports.timers.after(settings.checkpointMs, () => {
      if (this.#isStopped) return
      if (this.#hasChanges) this.isDue = true
      this.#wake()
      this.begin()
    })
  }

  stop(): void {
    this.#isStopped = true
    this.#cancel()
  }

  /** Records were worked on. An epoch with too many records for its sinks ends early. */
  changed(): void {
    this.#hasChanges = true
    const { state, settings } = this.#setup
    if (state.outbox.size > settings.outbox || this.#graph.wantsCheckpoint) this.isDue = true
  }

  /**
   * Begins a checkpoint, once the one before is made. Answers as soon as the next epoch may begin: what was done is in the
   * state file by then, and its commit is on its way.
   *
   * @param isEnd the job ends with it
   */
  async make(isEnd = false): Promise<void> {
    this.isDue = false
    if (!this.#hasChanges && !isEnd) return
    this.#hasChanges = false
    await this.delivered()
    const { watch } = this.#setup
    await new Promise<void>((begun) => {
      const make = () => this.#make(isEnd, begun)
      this.#committing = (watch ? watch.checkpoint(this.epoch, make) : make()).then(
        (made) => {
          this.last = made
        },
        (cause: unknown) => {
          this.#fail(cause)
          begun()
        },
      )
    })
  }

  async #make(isEnd: boolean, begun: () => void): Promise<MadeCheckpoint> {
    const { state, settings, ports } = this.#setup
    const { epoch } = this
    const from = ports.clock.now()
    this.#at(`before ${epoch}`)
    const staged: Record<string, Json> = {}
    for (const { name, open, sink } of this.#graph.sinks) {
      if (sink.delivery === 'staged' && open.stage) staged[name] = await open.stage(epoch, isEnd)
    }
    this.#at(`staged ${epoch}`)
    const { hash, keys, bytes } = state.checkpoint(epoch)
    this.#at(`state ${epoch}`)
    const checkpoint: Checkpoint = {
      epoch,
      hash,
      staged,
      lanes: this.#lanes.places(),
      sources: this.#lanes.watermarks(),
      silent: this.#lanes.silent(),
      watermarks: this.#graph.watermarks(),
      counts: countsOf(this.#setup.restored?.counts, this.#graph, this.#letters.count),
    }
    const letters = this.#letters.hold()
    this.epoch = epoch + 1
    begun()
    await this.#commit(checkpoint, letters)
    this.#letters.held(letters)
    this.#at(`committed ${epoch}`)
    for (const { open } of this.#graph.sinks) open.written?.(epoch)
    for (const [name, what] of Object.entries(staged)) await this.#sink(name).open.finish?.(what)
    this.#at(`finished ${epoch}`)
    state.forget(Math.max(1, epoch - settings.checkpoints + 1))
    await this.#lanes.committed(checkpoint.lanes)
    const made = { ms: ports.clock.now() - from, keys, bytes, at: ports.clock.now() }
    this.#delivering = this.#deliver()
      .then(() => this.#noteLetters())
      .catch((cause: unknown) => this.#fail(cause))
    return made
  }

  /** Commits a checkpoint with the rows of sinks. Where others changed those rows meanwhile, they are looked at anew. */
  async #commit(checkpoint: Checkpoint, letters: TakenLetters): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const writes: Write[] = []
      for (const { open, sink } of this.#graph.sinks) {
        if (sink.delivery === 'unit' && open.writes) writes.push(...(await open.writes(checkpoint.epoch)))
      }
      try {
        return await this.#setup.store.commit({ checkpoint, writes, ...letters })
      } catch (thrown) {
        if (!(thrown instanceof CommitConflict) || attempt === attempts) throw thrown
      }
    }
  }

  /** Waits until every checkpoint that was begun is made, and the sinks have it. @throws what that failed with */
  async delivered(): Promise<void> {
    await this.#committing
    await this.#delivering
    this.throwFailure()
  }

  /** @throws what a commit or a sink failed with */
  throwFailure(): void {
    if (this.#failure) throw this.#failure.cause
  }

  /** Waits for the commit that is on its way, however it ends: nothing is committed after that. */
  async settled(): Promise<void> {
    await this.#committing
  }

  #fail(cause: unknown): void {
    this.#failure ??= { cause }
    this.#wake()
  }

  /** What a sink refused after the checkpoint is kept by the next one, which has that to do at least. */
  #noteLetters(): void {
    if (this.#letters.waiting > 0) this.#hasChanges = true
  }

  #sink(name: string): SinkNode {
    return this.#graph.sinks.find((sink) => sink.name === name)!
  }

  /** Sends what the checkpoints keep, epoch after epoch. */
  async #deliver(): Promise<void> {
    const { outbox } = this.#setup.state
    for (const { name, open, sink } of this.#graph.sinks) {
      if (!takesEpochs.has(sink.delivery)) continue
      const has = (await open.epoch?.()) ?? 0
      for (const epoch of outbox.epochs(name)) {
        if (epoch > has || sink.delivery === 'idempotent') {
          this.delivering = { sink: name, since: this.#setup.ports.clock.now() }
          await this.#send(name, open, epoch)
          this.delivering = undefined
        }
        this.#at(`delivered ${epoch}`)
        outbox.delivered(name, epoch)
      }
    }
  }

  async #send(name: string, open: SinkNode['open'], epoch: number): Promise<void> {
    const pieces = this.#setup.state.outbox.read(name, epoch)[Symbol.iterator]()
    let piece = pieces.next()
    while (!piece.done) {
      const following = pieces.next()
      await open.write(piece.value, epoch, following.done === true)
      this.#at(`sent ${epoch}`)
      piece = following
    }
  }

  #at(point: string): void {
    this.#setup.at?.(point)
  }
}
