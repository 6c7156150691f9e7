/** A batch that names itself, so that one call of it can be cancelled by another request. */
interface OpenBatch {
  /** Calls that run, by their places. */
  readonly calls: Map<number, AbortController>
  /** Places of calls that nobody waits for any more. */
  readonly cancelled: Set<number>
}

/** So many calls of a batch can be cancelled before they begin. */
const mostCancelled = 1000

/** The batches that are open in this process, by who sent them and what they are called. */
export class OpenBatches {
  readonly #open = new Map<string, OpenBatch>()

  /** Opens a batch; undefined where one of this name is open. */
  open(name: string): { begin(at: number): AbortSignal; end(at: number): void; close(): void } | undefined {
    if (this.#open.has(name)) return undefined
    const batch: OpenBatch = { calls: new Map(), cancelled: new Set() }
    this.#open.set(name, batch)
    return {
      begin(at) {
        const controller = new AbortController()
        batch.calls.set(at, controller)
        if (batch.cancelled.has(at)) controller.abort()
        return controller.signal
      },
      end: (at) => void batch.calls.delete(at),
      close: () => void this.#open.delete(name),
    }
  }

  /** Cancels a call, also one that has not begun. Does nothing where there is none: it may have ended. */
  cancel(name: string, at: number): void {
    const batch = this.#open.get(name)
    if (!batch) return
    if (batch.cancelled.size < mostCancelled) batch.cancelled.add(at)
    batch.calls.get(at)?.abort()
  }
}
