import type { Json } from '@heddle/core'
import { z } from 'zod'
import { isSame } from '../aggregates/compare-values.ts'
import { given, keep } from '../aggregates/kept-value.ts'
import type { GivenRecord, Out } from '../operator/operator.ts'
import type { Key } from '../record/record.ts'
import { keyText } from '../state/key-text.ts'
import { Fold, type Folded } from './fold.ts'
import { isRevising, usualValue, type WindowOptions, type WindowSpan } from './window-options.ts'

/** What a window of a key has so far. All but the aggregates is there only where results may be told anew. */
export interface Pane extends Folded {
  /** How many records it has, those that were withdrawn taken off. */
  rows?: number
  /** The values of the aggregates in the result that stands; missing while none does. */
  told?: Json[]
  /** How many results were told. */
  revision?: number
  /** How many records came since something was told. */
  fresh?: number
  /** When it tells next what it has. */
  tick?: number
}

/** Tells results of windows, and withdraws those that do not hold any more. */
export class Panes {
  readonly fold: Fold
  /** The type of what a window has. */
  readonly schema: z.ZodType<Pane>
  /** Whether it is counted how many records a window has, and remembered what was told. */
  readonly #counts: boolean
  readonly #give: NonNullable<WindowOptions['give']>

  constructor(options: WindowOptions) {
    const { aggregates, give = usualValue(aggregates) } = options
    this.fold = new Fold(aggregates)
    this.#give = give
    this.#counts = isRevising(options) || options.reads === 'changes'
    this.schema = this.schemaWith<Pane>({})
  }

  /** The type of what a window has, of which a kind of windows keeps more. */
  schemaWith<Kept extends Pane>(fields: z.ZodRawShape): z.ZodType<Kept> {
    const schema = z.object({
      ...this.fold.fields,
      rows: z.int().optional(),
      told: z.array(z.json()).optional(),
      revision: z.int().optional(),
      fresh: z.int().optional(),
      tick: z.number().optional(),
      ...fields,
    })
    return schema as z.ZodType as z.ZodType<Kept>
  }

  begin(): Pane {
    const folded = this.fold.begin()
    return this.#counts ? { ...folded, rows: 0, revision: 0, fresh: 0 } : folded
  }

  /** Tells the result of a window that is over for good; one whose records are all withdrawn has none. */
  tellOnce(pane: Pane, span: WindowSpan, time: number, name: string | undefined, out: Out): void {
    if (pane.rows === 0) return
    const key = out.key ?? null
    const id = name === undefined ? name : `${keyText(key)}/${name}`
    out.emit(this.#give(key, span, this.fold.results(pane)), time, 1, id)
  }

  /**
   * Tells the result that a window has now, after withdrawing the one that was told, unless it is the same; a window
   * without records has none.
   *
   * @param name of the window, for ids; without one, what is told is named by the record at work
   */
  tell(pane: Pane, span: WindowSpan, time: number, name: string | undefined, out: Out): void {
    const values = pane.rows === 0 ? undefined : this.fold.results(pane)
    pane.fresh = 0
    if (pane.told !== undefined) {
      const before = givenAll(pane.told)
      if (values !== undefined && isSame(before, values)) return
      this.#takeBack(before, pane, span, time, name, out)
    }
    if (values === undefined) {
      delete pane.told
      return
    }
    const key = out.key ?? null
    const revision = pane.revision ?? 0
    pane.told = values.map(keep)
    pane.revision = revision + 1
    out.emit(this.#give(key, span, values), time, 1, name === undefined ? name : idOf(key, name, revision))
  }

  /** Withdraws the result that was told, if one was. */
  withdraw(pane: Pane, span: WindowSpan, time: number, name: string | undefined, out: Out): void {
    if (pane.told === undefined) return
    const values = givenAll(pane.told)
    delete pane.told
    this.#takeBack(values, pane, span, time, name, out)
  }

  /** Takes a record in. */
  take(pane: Pane, record: GivenRecord): void {
    if (record.weight === -1) this.fold.retract(pane, record)
    else this.fold.add(pane, record)
    if (!this.#counts) return
    pane.rows = (pane.rows ?? 0) + record.weight
    pane.fresh = (pane.fresh ?? 0) + 1
  }

  // What stands in the pane is left alone: a field that goes and comes back with each record makes an object slow.
  #takeBack(
    values: readonly unknown[],
    pane: Pane,
    span: WindowSpan,
    time: number,
    name: string | undefined,
    out: Out,
  ): void {
    const key = out.key ?? null
    const id = name === undefined ? name : `${idOf(key, name, (pane.revision ?? 1) - 1)}/withdrawn`
    out.emit(this.#give(key, span, values), time, -1, id)
  }
}

/** Numbers and texts, which most results are, are kept as they are. */
function givenAll(told: readonly Json[]): readonly unknown[] {
  for (let at = 0; at < told.length; at++) if (typeof told[at] === 'object') return told.map(given)
  return told
}

const idOf = (key: Key, name: string, revision: number): string => `${keyText(key)}/${name}/${revision}`

/** Hands a record on to those who read what came too late. */
export function tooLate(record: GivenRecord, out: Out): void {
  out.late()
  out.side('late', record.value, record.time, record.weight)
}
