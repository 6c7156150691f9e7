import { Defect } from '@heddle/core'
import type { CellShapes } from './cells.ts'
import { chained, digestsOf } from './file/chain.ts'
import { migrateStep, type MigrateKey } from './file/migrate-step.ts'
import { removeCells } from './file/remove-cells.ts'
import { StepLines } from './file/step-lines.ts'
import { FileSteps } from './file/file-steps.ts'
import { FileOutbox } from './file/outbox.ts'
import { type Epoch, StateFile } from './file/state-file.ts'
import { forgotten, undone } from './file/tables.ts'
import { Budget } from './memory/budget.ts'
import { StepStore } from './memory/step-store.ts'
import type { StateMark, StepState, TaskState } from './state.ts'

/** The state of a task in a file of its own, or in one that lives in memory. */
export class FileState implements TaskState {
  readonly outbox: FileOutbox
  readonly #file: StateFile
  readonly #steps: FileSteps
  readonly #budget: Budget
  readonly #open = new Map<string, StepStore>()
  /** What the file has of steps, by their numbers. */
  readonly #lines = new Map<number, StepLines>()
  /** The durable epochs, oldest first; 0 is the empty beginning. */
  #epochs: Epoch[]

  /** @param memoryBytes Infinity is for a file that lives in memory */
  constructor(path: string | undefined, memoryBytes: number) {
    // The system keeps what was read from the file lately anyway.
    const cacheBytes = Math.min(Math.max(memoryBytes / 16, 1 << 20), 1 << 23)
    this.#file = new StateFile(path, cacheBytes)
    this.#budget = new Budget(Math.max(memoryBytes - (path === undefined ? 0 : cacheBytes), memoryBytes / 2))
    if (this.#file.epochs().length === 0) {
      this.#file.write("INSERT INTO epochs VALUES (0, 0, '', '[]', '')")
    }
    this.#clean()
    this.#epochs = this.#file.epochs()
    this.#steps = new FileSteps(this.#file)
    this.outbox = new FileOutbox(this.#file)
  }

  step(id: string, shapes: CellShapes): StepState {
    let store = this.#open.get(id)
    if (store === undefined) {
      const { step, gone } = this.#steps.declare(id, shapes)
      const { number, cells } = step
      const lines = this.#linesOf(number)
      const keys = gone.length > 0 ? removeCells(lines, gone) : step.keys
      this.#steps.count(id, keys)
      const numbers = new Map(cells.flatMap(({ name, kind }, at) => (kind === null ? [] : [[name, at] as const])))
      store = new StepStore({ id, number, lines, cells: numbers, keys }, shapes, this.#file, this.#budget)
      this.#open.set(id, store)
    }
    return store
  }

  checkpoint(epoch: number): StateMark {
    const last = this.#epochs.at(-1)!
    if (!(epoch > last.epoch)) throw new RangeError(`the epoch ${epoch} does not follow ${last.epoch}`)
    const file = this.#file
    file.begin()
    for (const [id, store] of this.#open) this.#steps.count(id, store.flush())
    const digests = new Map([...this.#lines].map(([number, lines]) => [number, lines.commit()]))
    const sent = this.outbox.flush(epoch)
    const steps = this.#steps.all()
    const hash = chained(last.hash, sent, steps, digests)
    const { turn, written: bytes } = file
    for (const lines of this.#lines.values()) lines.compact(this.#epochs[0]!.turn)
    file.write('INSERT INTO epochs VALUES (?, ?, ?, ?, ?)', turn, epoch, hash, JSON.stringify(steps), sent)
    file.commit()
    file.turn++
    this.#epochs.push({ turn, epoch, hash, steps, sent })
    return { epoch, hash, keys: steps.reduce((sum, { keys }) => sum + keys, 0), bytes }
  }

  restore(epoch: number, hash: string): void {
    const file = this.#file
    file.rollback()
    const epochs = file.epochs()
    const wanted = epochs.find((one) => one.epoch === epoch)
    if (wanted === undefined) {
      const kept = epochs.map((one) => one.epoch).join(', ')
      throw new Defect('StateMissing', { path: file.path, epoch, kept: kept || 'none' })
    }
    if (wanted.hash !== hash) throw file.damaged(`its epoch ${epoch} has the hash ${wanted.hash}, not ${hash}`)
    file.removeRuns('turn > ?', wanted.turn)
    for (const statement of undone) file.write(statement, wanted.turn)
    this.#prove(wanted)
    file.commit()
    file.turn = wanted.turn + 1
    this.#reset()
  }

  kept(): readonly number[] {
    return this.#epochs.map(({ epoch }) => epoch)
  }

  forget(before: number): void {
    const oldest = this.#epochs.find(({ epoch }) => epoch >= before) ?? this.#epochs.at(-1)!
    if (oldest === this.#epochs[0]) return
    for (const statement of forgotten) this.#file.write(statement, oldest.turn)
    this.#epochs = this.#epochs.filter(({ turn }) => turn >= oldest.turn)
    const known = [...this.#epochs.map(({ steps }) => steps), this.#steps.all()].flat()
    this.#file.removeRuns(`step NOT IN (${known.map(({ number }) => number).join()})`)
  }

  drop(id: string): void {
    const step = this.#steps.get(id)
    if (step === undefined) return
    this.#lines.get(step.number)?.clear()
    this.#lines.delete(step.number)
    const { number } = this.#steps.renumber(id)
    this.#open.get(id)?.reset(this.#linesOf(number))
  }

  rename(from: string, to: string): void {
    this.#unopened(from)
    this.#unopened(to)
    if (this.#steps.get(from) === undefined) return
    if (this.#steps.get(to)?.keys) throw misused(to, `it has state of its own, so that it cannot take that of ${from}`)
    this.drop(to)
    this.#steps.rename(from, to)
  }

  migrate(id: string, shapes: CellShapes, migrate: MigrateKey): number {
    this.#unopened(id)
    try {
      return migrateStep(this.#steps, id, shapes, migrate, (number) => this.#linesOf(number))
    } catch (thrown) {
      this.#file.fail()
      throw thrown
    }
  }

  steps(): readonly string[] {
    const steps = this.#steps.all().filter(({ name, keys }) => (this.#open.get(name)?.size().keys ?? keys) > 0)
    return steps.map(({ name }) => name).sort()
  }

  close(): void {
    this.#file.close()
  }

  #unopened(id: string): void {
    if (this.#open.has(id)) throw misused(id, 'its state is at work, so that it cannot be renamed or migrated')
  }

  /** Hashes anew what an epoch changed: it finds rows of it that are not what they were. */
  #prove({ turn, hash, epoch, steps, sent }: Epoch): void {
    const before = this.#file.epochs().findLast((one) => one.turn < turn)
    if (before === undefined) return // What was before it is not known any more.
    if (chained(before.hash, sent, steps, digestsOf(this.#file, turn, steps)) === hash) return
    this.#file.rollback()
    throw this.#file.damaged(`what it holds of the epoch ${epoch} does not have the hash ${hash}`)
  }

  #linesOf(number: number): StepLines {
    let lines = this.#lines.get(number)
    if (lines === undefined) this.#lines.set(number, (lines = new StepLines(this.#file, number)))
    return lines
  }

  /** Removes what a process left that is of no use to another one. */
  #clean(): void {
    this.#file.removeRuns('lines IS NULL')
    this.#file.write('DELETE FROM far')
    this.#file.commit()
  }

  #reset(): void {
    this.#clean()
    this.#lines.clear()
    this.#epochs = this.#file.epochs()
    this.#steps.reset()
    this.outbox.reset()
    // Steps are asked for anew: what they had in memory is of an epoch that is no more.
    this.#open.clear()
    this.#budget.clear()
  }
}

const misused = (name: string, reason: string) => new Defect('InvalidDefinition', { name, reason })
