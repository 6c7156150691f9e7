import type { Execution } from '../body/execution.ts'

/**
 * The executions of a process, by their runs. Each stands behind an object of its own, which is emptied when it goes: V8
 * outgrows the tables of a map that keeps changing, and what stood in an old one lives until a full garbage collection.
 */
export class Executions {
  readonly #held = new Map<string, { execution: Execution | undefined }>()

  get size(): number {
    return this.#held.size
  }

  has(run: string): boolean {
    return this.#held.has(run)
  }

  get(run: string): Execution | undefined {
    return this.#held.get(run)?.execution
  }

  set(run: string, execution: Execution): void {
    this.#held.set(run, { execution })
  }

  delete(run: string): void {
    const held = this.#held.get(run)
    if (held) held.execution = undefined
    this.#held.delete(run)
  }

  clear(): void {
    for (const run of this.#held.keys()) this.delete(run)
  }

  /** As they are now. */
  values(): Execution[] {
    return [...this.#held.values()].map(({ execution }) => execution!)
  }
}
