import type { Span } from '@opentelemetry/api'
import type { LeaseProof } from '../ports/lease-proof.ts'
import { isPromise, type Maybe } from '../ports/maybe.ts'
import type { Transactions, Unit } from '../ports/transactions.ts'

/** Where a call's unit of work comes from. It is opened by the first use, so that a call without one costs nothing. */
export class Work {
  readonly #transactions: Transactions
  readonly #mode: 'command' | 'query'
  readonly #tenant: string
  readonly #fences: readonly LeaseProof[] | undefined
  readonly #span: Span | undefined
  readonly #parent: Work | undefined
  #unit: Unit | undefined
  #commit: 'begun' | 'done' | undefined
  #tried = false

  constructor(
    transactions: Transactions,
    mode: 'command' | 'query',
    tenant: string,
    fences?: readonly LeaseProof[],
    span?: Span,
    parent?: Work,
  ) {
    this.#transactions = transactions
    this.#mode = mode
    this.#tenant = tenant
    this.#fences = fences
    this.#span = span
    this.#parent = parent
  }

  /** The unit; opened now if it was not. */
  get unit(): Unit {
    this.#unit ??= this.#parent
      ? this.#parent.unit.overlay()
      : this.#transactions.begin({ mode: this.#mode, tenant: this.#tenant, fences: this.#fences, span: this.#span })
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
    this.#tried = true
    const made = this.#unit.commit()
    if (made !== undefined && isPromise(made)) return this.#made(made)
    this.#commit = 'done'
  }

  #made(made: Promise<void>): Promise<void> {
    this.#commit = 'begun'
    return made.then(
      () => void (this.#commit = 'done'),
      (thrown: unknown) => {
        this.#commit = undefined
        throw thrown
      },
    )
  }

  /** Whether a commit was tried: when it failed, it may be that nobody knows whether it was made. */
  get tried(): boolean {
    return this.#tried
  }

  /** Forgets the writes. The next use opens a new unit. */
  drop(): void {
    this.#unit?.rollback()
    this.#unit = undefined
    this.#tried = false
  }

  /** A scope whose writes can be dropped by themselves. */
  nested(): Work {
    return new Work(this.#transactions, this.#mode, this.#tenant, this.#fences, this.#span, this)
  }

  /** Starts anew after a conflict, behind locks on what the lost attempt read. */
  again(signal?: AbortSignal): Maybe<void> {
    const lost = this.#unit
    this.#tried = false
    lost?.rollback()
    this.#unit = this.#transactions.begin({
      mode: this.#mode,
      tenant: this.#tenant,
      fences: this.#fences,
      span: this.#span,
      after: lost,
      signal,
    })
    return this.#unit.prepare()
  }
}
