import type { CallerWatch } from '../caller-watch.ts'

/** Who uses a connection: another one, or the same with newer credentials, after a message that says so. */
export class ConnectionCaller implements CallerWatch {
  readonly #heard = new Set<() => void>()
  #watch: CallerWatch
  #leave: () => void

  constructor(watch: CallerWatch) {
    this.#watch = watch
    this.#leave = watch.onChange(() => this.#tell())
  }

  get current() {
    return this.#watch.current
  }

  get refused() {
    return this.#watch.refused
  }

  onChange(heard: () => void): () => void {
    const own = () => heard()
    this.#heard.add(own)
    return () => void this.#heard.delete(own)
  }

  /** From here on it is this one. What is open goes on for it, as far as it may. */
  become(watch: CallerWatch): void {
    this.stop()
    this.#watch = watch
    this.#leave = watch.onChange(() => this.#tell())
    this.#tell()
  }

  stop(): void {
    this.#leave()
    this.#watch.stop()
  }

  #tell(): void {
    for (const heard of this.#heard) heard()
  }
}
