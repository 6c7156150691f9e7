import type { CellShapes } from '../cells.ts'
import type { FileStep, StateFile } from './state-file.ts'

/** Which steps and cells the file knows in the running epoch. */
export class FileSteps {
  readonly #file: StateFile
  #steps = new Map<string, FileStep>()
  /** The last number that was given to a step. */
  #last = 0

  constructor(file: StateFile) {
    this.#file = file
    this.reset()
  }

  /** Sees the file as it is. */
  reset(): void {
    const steps = this.#file.epochs().at(-1)?.steps ?? []
    this.#steps = new Map(steps.map((step) => [step.name, step]))
  }

  get(name: string): FileStep | undefined {
    return this.#steps.get(name)
  }

  all(): readonly FileStep[] {
    return [...this.#steps.values()]
  }

  /** Makes the file know a step with these cells. Tells which cells it has no more: their lines stand there yet. */
  declare(name: string, shapes: CellShapes): { readonly step: FileStep; readonly gone: readonly number[] } {
    const before = this.#steps.get(name) ?? { number: this.#newNumber(), name, cells: [], keys: 0 }
    const gone = before.cells.flatMap(({ name: cell, kind }, at) =>
      kind !== null && shapes[cell]?.cell !== kind ? [at] : [],
    )
    const left = before.cells.map((cell, at) => (gone.includes(at) ? { ...cell, kind: null } : cell))
    const added = Object.entries(shapes)
      .map(([cell, { cell: kind }]) => ({ name: cell, kind }))
      .filter((cell) => !left.some((known) => known.name === cell.name && known.kind === cell.kind))
    const step = { ...before, cells: [...left, ...added] }
    this.#steps.set(name, step)
    return { step, gone }
  }

  /** Gives a step another number: nothing of what the file has is its own any more. */
  renumber(name: string): FileStep {
    const step = { ...this.#steps.get(name)!, number: this.#newNumber(), keys: 0 }
    this.#steps.set(name, step)
    return step
  }

  /** Gives a step cells with new numbers, and none of those that it has. */
  renew(name: string, shapes: CellShapes): FileStep {
    const before = this.#steps.get(name)!
    const given = before.cells.map((cell) => ({ ...cell, kind: null }))
    const added = Object.entries(shapes).map(([cell, { cell: kind }]) => ({ name: cell, kind }))
    const step = { ...before, cells: [...given, ...added] }
    this.#steps.set(name, step)
    return step
  }

  /** Gives a step another name. */
  rename(from: string, to: string): void {
    const step = this.#steps.get(from)!
    this.#steps.delete(from)
    this.#steps.set(to, { ...step, name: to })
  }

  /** Sets how many keys have state. */
  count(name: string, keys: number): void {
    this.#steps.set(name, { ...this.#steps.get(name)!, keys })
  }

  #newNumber(): number {
    const [row] = this.#file.all('SELECT max(step) AS step FROM runs')
    const known = this.all().map(({ number }) => number)
    this.#last = 1 + Math.max((row!.step as number | null) ?? 0, this.#last, ...known)
    return this.#last
  }
}
