import { Defect } from '@heddle/core'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { guarded, openFile, stated } from './open-file.ts'
import { Run } from './run.ts'
import { farAtOnce, piecesOfRun, sql } from './tables.ts'

/** A step of the file: runs name it by its number, and lines name its cells by their place in the list. */
export interface FileStep {
  readonly number: number
  readonly name: string
  /** One that was given up keeps its place and has no kind. */
  readonly cells: readonly { readonly name: string; readonly kind: string | null }[]
  /** How many keys have state. */
  readonly keys: number
}

/** A durable epoch of a file. */
export interface Epoch {
  readonly turn: number
  readonly epoch: number
  readonly hash: string
  readonly steps: readonly FileStep[]
  /** What it gave to sinks, hashed. */
  readonly sent: string
}

type Parameter = string | number | null
type Statements = { readonly [Name in keyof typeof sql]: StatementSync }

/**
 * The rows of a state file. Everything that a running epoch writes stands in one open transaction, where nobody sees it
 * before `commit`: a process that dies leaves the file at the last epoch.
 */
export class StateFile {
  readonly path: string
  /** Counts the epochs of the file; that of the running one. */
  turn: number
  /** How many characters of state and of records for sinks were written in the running epoch. */
  written = 0
  #lastRun = 0
  /** Whether the running epoch's transaction is open. */
  #isOpen = false
  /** Whether a part of the running epoch was refused, e.g. by a full disk: what follows would stand without it. */
  #hasFailed = false
  readonly #database: DatabaseSync
  readonly #statements: Statements

  constructor(path: string | undefined, cacheBytes: number) {
    this.path = path ?? 'in memory'
    this.#database = openFile(path ?? ':memory:', cacheBytes)
    const prepared = Object.entries(sql).map(([name, text]) => [name, this.#database.prepare(text)])
    this.#statements = Object.fromEntries(prepared) as Statements
    this.turn = (this.epochs().at(-1)?.turn ?? 0) + 1
    this.#lastRun = this.#newestRun()
  }

  /** Runs statements outside of the hot path. */
  all(text: string, ...parameters: Parameter[]): Record<string, unknown>[] {
    return this.#guard(() => this.#database.prepare(text).all(...parameters) as Record<string, unknown>[])
  }

  /** Runs a statement inside of the epoch's transaction. */
  run(name: keyof typeof sql, ...parameters: Parameter[]): void {
    if (!this.#isOpen) this.begin()
    try {
      this.#statements[name].run(...parameters)
    } catch (thrown) {
      this.fail()
      throw stated(this.path, thrown)
    }
  }

  write(text: string, ...parameters: Parameter[]): void {
    this.begin()
    this.#change(() => this.#database.prepare(text).run(...parameters))
  }

  begin(): void {
    if (this.#isOpen) return
    if (this.#hasFailed)
      throw new Error(`the running epoch of ${this.path} could not be written: restore an epoch first`)
    this.#guard(() => this.#database.exec('BEGIN IMMEDIATE'))
    this.#isOpen = true
  }

  commit(): void {
    this.begin()
    this.#change(() => this.#database.exec('COMMIT'))
    this.#isOpen = false
    this.written = 0
  }

  rollback(): void {
    this.#isOpen = false
    this.#hasFailed = false
    if (this.#database.isTransaction) this.#guard(() => this.#database.exec('ROLLBACK'))
    this.written = 0
    this.#lastRun = this.#newestRun()
  }

  #newestRun(): number {
    const [row] = this.all('SELECT max(run) AS run FROM runs')
    return (row!.run as number | null) ?? 0
  }

  /** The number of a new run. */
  newRun(): number {
    return ++this.#lastRun
  }

  /** The runs of a step, oldest first. */
  runs(step: number): Run[] {
    const rows = this.all(
      'SELECT run, turn, lines, pieces FROM runs WHERE step = ? AND lines IS NOT NULL ORDER BY turn',
      step,
    )
    return (rows as Record<'run' | 'turn' | 'lines' | 'pieces', number>[]).map(
      ({ run, turn, lines, pieces }) => new Run(this, run, step, turn, lines, pieces),
    )
  }

  addPiece(id: number, lines: string): void {
    this.run('addPiece', id, lines)
  }

  piece(id: number): string {
    const row = this.#guard(() => this.#statements.piece.get(id)) as { readonly lines: string } | undefined
    if (row === undefined) throw this.damaged('it lacks a piece of a run')
    return row.lines
  }

  /** Notes a run that is not whole yet: it goes where the process dies on the way. */
  beginRun({ id, step, turn }: Run): void {
    this.run('addRun', id, step, turn, null, null)
  }

  addRun({ id, step, turn, lines, pieces }: Run): void {
    this.run('addRun', id, step, turn, lines, pieces)
  }

  removeRun(run: Run): void {
    this.removePieces(run)
    this.run('removeRun', run.id)
  }

  removePieces({ id }: Pick<Run, 'id'>): void {
    this.run('removePieces', id * piecesOfRun, (id + 1) * piecesOfRun)
  }

  /** Removes the runs that a condition on their rows names. */
  removeRuns(condition: string, ...parameters: Parameter[]): void {
    for (const { run } of this.all(`SELECT run FROM runs WHERE ${condition}`, ...parameters)) {
      this.removePieces({ id: run as number })
      this.run('removeRun', run as number)
    }
  }

  setFar(step: number, cell: number, timers: readonly { readonly time: number; readonly text: string }[]): void {
    let at = 0
    for (; at + farAtOnce <= timers.length; at += farAtOnce) {
      const parameters: Parameter[] = []
      for (let of = at; of < at + farAtOnce; of++) parameters.push(step, cell, timers[of]!.time, timers[of]!.text)
      this.run('setManyFar', ...parameters)
    }
    for (; at < timers.length; at++) this.run('setFar', step, cell, timers[at]!.time, timers[at]!.text)
  }

  /** Timers of a step or of a cell that wait outside of memory, from one on. */
  far(step: number, cell: number, time: number, key: string, max: number): { time: number; key: string }[] {
    return this.#guard(() => this.#statements.far.all(step, cell, time, key, max)) as { time: number; key: string }[]
  }

  epochs(): Epoch[] {
    return this.all('SELECT turn, epoch, hash, steps, sent FROM epochs ORDER BY turn').map((row) => {
      const { steps, ...epoch } = row as unknown as Omit<Epoch, 'steps'> & { readonly steps: string }
      return { ...epoch, steps: JSON.parse(steps) as FileStep[] }
    })
  }

  /** That the file is not what it should be. */
  damaged(reason: string): Defect {
    return new Defect('StateDamaged', { path: this.path, reason })
  }

  close(): void {
    this.rollback()
    this.#database.close()
  }

  #change(run: () => unknown): void {
    try {
      run()
    } catch (thrown) {
      this.fail()
      throw stated(this.path, thrown)
    }
  }

  /** Nothing more of the running epoch is written: a part of it cannot be. */
  fail(): void {
    this.#isOpen = false
    this.#hasFailed = true
  }

  #guard<Answer>(run: () => Answer): Answer {
    return guarded(this.path, run)
  }
}
