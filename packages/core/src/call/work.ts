import { isPromise, type Maybe } from '../ports/maybe.ts'
import type { Transactions, Unit } from '../ports/transactions.ts'

/** Where a call's unit of work comes from. It is opened by the first use, so that a call without one costs nothing. */
export class Work {
  readonly #transactions: Transactions
  readonly #mode: 'command' | 'query'
  readonly #tenant: string
  readonly #parent: Work | undefined
  #unit: Unit | undefined
  #commit: 'begun' | 'done' | undefined

  constructor(transactions: Transactions, mode: 'command' | 'query', tenant: string, parent?: Work) {
    this.#transactions = transactions
    this.#mode = mode
    this.#tenant = tenant
    this.#parent = parent
  }

  /** The unit; opened now if it was not. */
  get unit(): Unit {
    this.#unit ??= this.#parent
      ? this.#parent.unit.overlay()
      : this.#transactions.begin({ mode: this.#mode, tenant: this.#tenant })
    return this.#unit
  }

  get mode(): 'command' | 'query' {
    return this.#mode
  }

  get opened(): Unit | undefined {
    return this.#unit
  }

  /** How far the commit is. Its writes may be durable once it has begun. */
  get stage(): 'begun' | 'done' | undefined {
    return this.#commit
  }

  /** Makes the writes durable, where there is a unit. */
  commit(): Maybe<void> {
    if (this.#unit === undefined) return undefined
    const made = this.#unit.commit()
    if (made !== undefined && isPromise(made)) return this.#made(made)
    this.#commit = 'done'
  }

  async #made(made: Promise<void>): Promise<void> {
    this.#commit = 'begun'
    try {
      await made
      this.#commit = 'done'
    } finally {
      if (this.#commit === 'begun') this.#commit = undefined
    }
  }

  /** A scope whose writes can be dropped by themselves. */
  nested(): Work {
    return new Work(this.#transactions, this.#mode, this.#tenant, this)
  }

  /** Starts anew after a conflict, behind locks on what the lost attempt read. */
  again(signal?: AbortSignal): Maybe<void> {
    const lost = this.#unit
    lost?.rollback()
    this.#unit = this.#transactions.begin({ mode: this.#mode, tenant: this.#tenant, after: lost, signal })
    return this.#unit.prepare()
  }
}
