import { type Cache, type Clock, isPromise, type Maybe, memoryCache } from '@heddle/core'

/** How long what was read about a principal counts: what another process changed is seen by then at the latest. */
export const rememberedMs = 2500
/** How many are remembered (limit `access.remembered`). */
const rememberedLimit = 10_000

/** What was read a moment ago. Those who ask at the same time read once; what is not there is not remembered. */
export class Remembered<Value> {
  readonly #clock: Clock
  #cache: Cache

  constructor(clock: Clock) {
    this.#clock = clock
    this.#cache = memoryCache(clock, rememberedLimit)
  }

  get(address: string, load: () => Maybe<Value | undefined>): Maybe<Value | undefined> {
    const cache = this.#cache
    const known = cache.get(address) as Maybe<Value | undefined>
    if (known !== undefined) return known
    const loaded = load()
    if (loaded === undefined) return undefined
    // It counts from the moment before it was read, not from the one at which the answer came.
    void cache.set(address, loaded, { ttlMs: rememberedMs })
    if (!isPromise(loaded)) return loaded
    const forget = () => void cache.delete(address)
    loaded.then((value) => value === undefined && forget(), forget)
    return loaded
  }

  /** Nothing is known any more, and what is being read now is told to those who asked for it and not remembered. */
  forgetAll(): void {
    this.#cache = memoryCache(this.#clock, rememberedLimit)
  }
}
