import { CommitConflict } from '@heddle/core'

interface Lock {
  holder: object
  readonly waiting: Waiting[]
}

interface Waiting {
  readonly holder: object
  readonly wake: () => void
}

/**
 * Mutexes by key, first come, first served. Whoever takes several takes them in key order, so that takers do not wait
 * in a circle; where a body locks twice that order cannot hold, and the one who would close the circle is told so.
 */
export class KeyedLocks {
  readonly #locks = new Map<string, Lock>()
  readonly #held = new Map<object, string[]>()
  readonly #waitsFor = new Map<object, string>()

  /**
   * Takes locks that the holder does not have yet. Answers at once when all are free.
   *
   * @param addresses in key order
   * @throws {CommitConflict} when waiting would never end
   * @throws the signal's reason
   */
  lock(holder: object, addresses: readonly string[], signal?: AbortSignal): void | Promise<void> {
    for (let index = 0; index < addresses.length; index++) {
      if (!this.#take(holder, addresses[index]!)) return this.#wait(holder, addresses.slice(index), signal)
    }
  }

  /** Frees everything that the holder has. */
  unlock(holder: object): void {
    const held = this.#held.get(holder)
    if (!held) return
    this.#held.delete(holder)
    for (const address of held) this.#pass(address)
  }

  #take(holder: object, address: string): boolean {
    const lock = this.#locks.get(address)
    if (lock) return lock.holder === holder
    this.#locks.set(address, { holder, waiting: [] })
    this.#note(holder, address)
    return true
  }

  async #wait(holder: object, addresses: readonly string[], signal: AbortSignal | undefined): Promise<void> {
    for (const address of addresses) {
      if (!this.#take(holder, address)) await this.#turn(holder, address, signal)
    }
  }

  #turn(holder: object, address: string, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    if (this.#isCircle(holder, address)) throw new CommitConflict()
    this.#waitsFor.set(holder, address)
    return new Promise((resolve, reject) => {
      const { waiting } = this.#locks.get(address)!
      const onAbort = () => {
        waiting.splice(waiting.indexOf(turn), 1)
        this.#waitsFor.delete(holder)
        reject(signal!.reason as Error)
      }
      const turn: Waiting = {
        holder,
        wake: () => {
          signal?.removeEventListener('abort', onAbort)
          this.#waitsFor.delete(holder)
          resolve()
        },
      }
      signal?.addEventListener('abort', onAbort, { once: true })
      waiting.push(turn)
    })
  }

  /** Hands a lock to the one who has waited longest. */
  #pass(address: string): void {
    const lock = this.#locks.get(address)!
    const next = lock.waiting.shift()
    if (!next) return void this.#locks.delete(address)
    lock.holder = next.holder
    this.#note(next.holder, address)
    next.wake()
  }

  #note(holder: object, address: string): void {
    const held = this.#held.get(holder)
    if (held) held.push(address)
    else this.#held.set(holder, [address])
  }

  /** Whether the lock's holder waits, perhaps through others, for this one. Each waits for one lock at a time. */
  #isCircle(holder: object, address: string): boolean {
    let wanted: string | undefined = address
    while (wanted !== undefined) {
      const other: object | undefined = this.#locks.get(wanted)?.holder
      if (other === holder) return true
      wanted = other && this.#waitsFor.get(other)
    }
    return false
  }
}
